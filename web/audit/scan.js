// Reads a square code with the camera: where the browser can, and only on a secure origin.

const SCAN_EVERY = 250; // ms

export function canScan() {
  const { mediaDevices } = navigator;
  return Boolean(window.isSecureContext && window.BarcodeDetector && mediaDevices && mediaDevices.getUserMedia);
}

export class Scanner {
  /** onText(text): of the first code seen; onTurn(): `isOn` or `hasFailed` changed. */
  constructor(video, onText, onTurn) {
    this.video = video;
    this.onText = onText;
    this.onTurn = onTurn;
    this.isOn = false;
    this.hasFailed = false;
    this.stream = null;
  }

  toggle() {
    return this.isOn ? this.stop() : this.start();
  }

  async start() {
    this.turn(true);
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      this.video.srcObject = this.stream;
      await this.video.play();
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      while (this.isOn) {
        const [code] = await detector.detect(this.video);
        if (code) {
          this.stop();
          this.onText(code.rawValue);
        }
        await new Promise((resolve) => setTimeout(resolve, SCAN_EVERY));
      }
      this.release(); // stopped while it was starting
    } catch (error) {
      this.hasFailed = this.isOn;
      this.stop();
    }
  }

  stop() {
    this.release();
    this.turn(false);
  }

  release() {
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  turn(isOn) {
    this.isOn = isOn;
    if (isOn) this.hasFailed = false;
    this.onTurn();
  }
}
