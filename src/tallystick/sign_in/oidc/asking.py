"""One log-in at an identity provider: where the browser is sent, and what its answer proves (OpenID Connect §3.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tallystick.core import clock
from tallystick.sign_in.oidc.fetching import IssuerProblem, Json, check_address, fetch

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those whose keys are published: with any other, whoever knows a shared secret could write a proof."""
LEEWAY_SECONDS = 120
LONGEST = 300
NO_PROOF = "The identity provider’s answer is no proof of who you are"
AGAIN = "Nobody was signed in: begin again."


@dataclass(frozen=True, slots=True)
class Client:
    """What an account has agreed with its identity provider."""

    issuer: str
    client_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is sent along with one log-in and has to come back with its answer."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Attempt:
        """New ones, that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the identity provider has signed in. The address is verified."""

    subject: str
    email: str


def discover(issuer: str) -> Json:
    """What the identity provider says of itself. Raises ``IssuerProblem``."""
    check_address(issuer)
    found = fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise IssuerProblem(
            "The identity provider calls itself by another address than was set up. Whoever set up single sign-on has "
            "to copy the issuer exactly."
        )
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(found.get(name), str):
            raise IssuerProblem("The identity provider does not say where it is asked, so it can’t be used.")
        check_address(found[name])
    return found


def log_in_url(client: Client, attempt: Attempt, redirect_uri: str, email: str = "") -> str:
    """Where the browser is sent."""
    where: str = discover(client.issuer)["authorization_endpoint"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        **({"login_hint": email} if email else {}),
    }
    return f"{where}{'&' if '?' in where else '?'}{urlencode(query)}"


def identity_for(client: Client, attempt: Attempt, code: str, redirect_uri: str) -> Identity:
    """Whom the code that came back stands for. Raises ``IssuerProblem``."""
    there = discover(client.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": attempt.verifier,
    }
    methods = there.get("token_endpoint_auth_methods_supported")
    basic: tuple[str, str] | None = (quote(client.client_id, safe=""), quote(client.secret, safe=""))
    if isinstance(methods, list) and "client_secret_basic" not in methods:
        form |= {"client_id": client.client_id, "client_secret": client.secret}
        basic = None
    given = fetch(there["token_endpoint"], form=form, basic=basic)
    claims = _claims(client, attempt, str(given.get("id_token", "")), fetch(there["jwks_uri"]))
    subject = str(claims["sub"])
    if "email" not in claims and isinstance(there.get("userinfo_endpoint"), str):
        told = fetch(there["userinfo_endpoint"], bearer=str(given.get("access_token", "")))
        if told.get("sub") != subject:
            raise IssuerProblem(f"{NO_PROOF}: it tells of somebody else. {AGAIN}")
        claims = {**claims, "email": told.get("email"), "email_verified": told.get("email_verified")}
    return Identity(subject, _verified(claims))


def _claims(client: Client, attempt: Attempt, token: str, published: Json) -> Json:
    """What the token says, when everything about it is right."""
    import jwt  # not before it is needed

    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise IssuerProblem(f"{NO_PROOF}: it is not signed as it has to be. {AGAIN}")
        key = jwt.PyJWK.from_dict(_key(header.get("kid"), published), algorithm=algorithm)
        claims: Json = jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],
            audience=client.client_id,
            issuer=client.issuer,
            options={
                "require": ["iss", "aud", "exp", "iat", "sub"],
                # By our own clock, below.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidIssuerError:
        raise IssuerProblem(f"{NO_PROOF}: another one has written it. {AGAIN}") from None
    except jwt.InvalidAudienceError:
        raise IssuerProblem(f"{NO_PROOF}: it was written for another service. {AGAIN}") from None
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise IssuerProblem(f"{NO_PROOF}: its signature is not right. {AGAIN}") from None
    _check_time(claims)
    audiences, party = claims["aud"], claims.get("azp")
    if party not in (None, client.client_id) or (
        isinstance(audiences, list) and len(audiences) > 1 and party is None
    ):
        raise IssuerProblem(f"{NO_PROOF}: it was written for another service. {AGAIN}")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
        raise IssuerProblem(f"{NO_PROOF}: it belongs to another log-in. {AGAIN}")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST:
        raise IssuerProblem(f"{NO_PROOF}: it names nobody. {AGAIN}")
    return claims


def _check_time(claims: Json) -> None:
    now = clock.now().timestamp()
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, now)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise IssuerProblem(f"{NO_PROOF}: it has no time. {AGAIN}")
        late = value < now - LEEWAY_SECONDS if name == "exp" else value > now + LEEWAY_SECONDS
        if late:
            raise IssuerProblem(f"{NO_PROOF}: it is too old, or a clock is wrong. {AGAIN}")


def _key(name: Any, published: Json) -> Json:
    """The key of this name; without a name the only one there is."""
    keys = published.get("keys")
    usable = [
        key
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct"
    ]
    named = [key for key in usable if key.get("kid") == name] if name is not None else usable
    if len(named) != 1:
        raise ValueError("no such key")
    return named[0]


def _verified(claims: Json) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email or len(email) > LONGEST:
        raise IssuerProblem(
            "The identity provider did not say your e-mail address. It has to be allowed there."
        )
    if claims.get("email_verified") not in (True, "true"):
        raise IssuerProblem(
            "The identity provider has not verified your e-mail address, so it does not prove that the address is "
            "yours. Have it verified there, or sign in another way."
        )
    return email.strip().lower()
