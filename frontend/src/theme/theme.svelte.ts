/** Light or dark: the system's choice until a person makes another. */

export type Theme = "light" | "dark";
const KEY = "repscope.theme";

export class ThemeSwitch {
  #system = matchMedia("(prefers-color-scheme: dark)");
  #chosen = $state<Theme | null>(stored());
  #systemDark = $state(this.#system.matches);

  constructor() {
    this.#system.addEventListener("change", (event) => {
      this.#systemDark = event.matches;
    });
    this.#show();
  }

  get current(): Theme {
    return this.#chosen ?? (this.#systemDark ? "dark" : "light");
  }

  toggle(): void {
    this.#chosen = this.current === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, this.#chosen);
    this.#show();
  }

  #show(): void {
    if (this.#chosen) document.documentElement.dataset.theme = this.#chosen;
  }
}

function stored(): Theme | null {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : null;
}
