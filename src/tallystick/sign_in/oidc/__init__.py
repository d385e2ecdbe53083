"""OpenID Connect: asking an account's own identity provider who somebody is (code flow with PKCE, state and nonce)."""
