/** The line of a lasso or box while it is drawn, laid over the map. */

const SVG = "http://www.w3.org/2000/svg";

export class Outline {
  readonly #svg = document.createElementNS(SVG, "svg");
  readonly #path = document.createElementNS(SVG, "path");

  mount(host: HTMLElement): void {
    this.#svg.classList.add("outline");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#svg.append(this.#path);
    host.append(this.#svg);
  }

  /** Show corners (x, y pairs, pixels), or nothing. */
  show(corners: readonly number[] | null): void {
    const pairs: string[] = [];
    for (let i = 0; corners && i < corners.length; i += 2) {
      pairs.push(`${corners[i]?.toFixed(1)} ${corners[i + 1]?.toFixed(1)}`);
    }
    this.#path.setAttribute("d", pairs.length ? `M${pairs.join("L")}Z` : "");
  }

  remove(): void {
    this.#svg.remove();
  }
}
