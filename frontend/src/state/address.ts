/** The address bar: the view goes in, links and the back button come out. */

import { decodeView, encodeView, type View } from "./link";

/** Changes in quick succession (a drag, a walk by keys) are one step of history. */
const ONE_STEP_MS = 1000;

export class Address {
  #written = location.hash;
  #still = "";
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onVisit: (view: View) => void) {
    const visit = () => {
      if (location.hash === this.#written) return;
      this.#written = location.hash;
      const view = decodeView(location.hash);
      this.#still = stillPart(view);
      onVisit(view);
    };
    addEventListener("popstate", visit);
    addEventListener("hashchange", visit);
  }

  /** The view of the address that the page was opened with. */
  read(): View {
    return decodeView(location.hash);
  }

  /** Write a view: a new step of history, unless only the camera moved. */
  write(view: View): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(view), 120);
  }

  #write(view: View): void {
    const hash = `#${encodeView(view)}`;
    if (hash === this.#written) return;
    const still = stillPart(view);
    const now = performance.now();
    const step = this.#still !== "" && still !== this.#still && now - this.#last > ONE_STEP_MS;
    if (step) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
    if (still !== this.#still) this.#last = now;
    this.#still = still;
    // Browsers may escape what was written: compare with what they made of it.
    this.#written = location.hash;
  }
}

const stillPart = (view: View) => encodeView({ ...view, camera: [] });
