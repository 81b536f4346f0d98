// What the audience sees: the projector's page itself, at its own size, scaled down into the box.

const PREVIEW_WIDTH = 1280; // px; the height is 9/16 of it

export class Preview {
  constructor(box, frame) {
    this.box = box;
    this.frame = frame;
    this.source = "";
    window.addEventListener("resize", () => this.scale());
    if (window.ResizeObserver) new ResizeObserver(() => this.scale()).observe(box);
  }

  /** Another fragment alone does not reload a frame; the page inside does that by itself. */
  show(source, title) {
    if (this.frame.title !== title) this.frame.title = title;
    if (this.source !== source) {
      if (this.source) this.frame.contentWindow.location.replace(source);
      else this.frame.src = source;
      this.source = source;
    }
    this.scale();
  }

  scale() {
    const scale = this.box.clientWidth / PREVIEW_WIDTH;
    if (scale > 0) this.frame.style.transform = "scale(" + scale + ")";
  }
}
