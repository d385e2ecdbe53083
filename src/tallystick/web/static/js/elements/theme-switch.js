// Light, dark, or as the system. A cookie remembers, so that the server draws the right page at once.

/** @param {string} theme */
function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `tallystick_theme=${theme}; Path=/; Max-Age=${theme ? 31536000 : 0}; SameSite=Lax${secure}`;
}

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.mark();
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-theme-choice]") : null;
      if (!(button instanceof HTMLElement)) return;
      apply(button.dataset.themeChoice ?? "");
      this.mark();
    });
  }

  mark() {
    const now = document.documentElement.dataset.theme ?? "";
    for (const button of this.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-choice") === now));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
