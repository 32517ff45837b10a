/** Images that have not come: a quiet ground in their place, and another try when the server is back. */

const isImage = (target: EventTarget | null): target is HTMLImageElement =>
  target instanceof HTMLImageElement;

/** Mark the images of a page that did not come, for `base.css`, as long as they are not there. */
export function watchImages(page: Document): void {
  // What becomes of an image is told to it alone, so it is heard on the way down.
  const mark = (missing: boolean) => (event: Event) => {
    if (isImage(event.target)) event.target.toggleAttribute("data-missing", missing);
  };
  page.addEventListener("error", mark(true), true);
  page.addEventListener("load", mark(false), true);
}

/** Ask again for images that did not come. */
export function askAgain(page: Document): void {
  for (const image of page.querySelectorAll<HTMLImageElement>("img[data-missing]")) {
    image.setAttribute("src", image.src);
  }
}
