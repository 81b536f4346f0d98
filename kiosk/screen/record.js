// The record on the wall: its short code quietly, and out of it the QR code when one is worth a photograph.

import { setText } from "../lib/dom.js";
import { t } from "../lib/locale.js";

const PHOTO_RETRY = 2000; // ms until a picture that did not come is asked for again

export class RecordCorner {
  constructor(corner) {
    this.corner = corner;
    this.image = corner.querySelector("img");
    this.source = "";
    this.image.addEventListener("load", () => this.corner.toggleAttribute("data-photo", this.source !== ""));
    this.image.addEventListener("error", () => this.retry());
  }

  /** `photo`: { kind, src, code } or null. */
  show(head, photo) {
    this.corner.hidden = !head;
    if (!head) return;
    setText(this.corner.querySelector("#record-name"), t("record"));
    setText(this.corner.querySelector("#record-short"), photo ? photo.code : head.code);
    this.source = photo ? photo.src : "";
    if (!photo) return this.corner.removeAttribute("data-photo"); // its words fade with it
    setText(this.corner.querySelector("#record-words"), t("photo-" + photo.kind));
    const words = t("photo-alt-" + photo.kind, { code: photo.code });
    if (this.image.alt !== words) this.image.alt = words;
    if (this.image.getAttribute("src") !== photo.src) this.image.setAttribute("src", photo.src);
    else if (this.image.complete && this.image.naturalWidth > 0) this.corner.setAttribute("data-photo", "");
  }

  retry() {
    const source = this.source;
    this.corner.removeAttribute("data-photo");
    setTimeout(() => {
      if (source && source === this.source) this.image.setAttribute("src", source);
    }, PHOTO_RETRY);
  }
}
