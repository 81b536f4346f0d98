// The line to the hub: one WebSocket, reopened as often as needed. An idle page sends nothing.

const LINE = {
  base: 500, // ms; full jitter, doubling with each failure
  cap: 15000,
  handshake: 8000, // from opening to welcome
  patience: 3000, // without an answer, then a doubt
  proof: 4000, // a doubt without an answer: dead, whatever the socket says
  notice: 2000, // away for less is not worth a notice
};

export class Connection {
  /**
   * hello(): the hello to send, asked for at every opening.
   * onMessage(message): all but `beat`, in order. After each `welcome`, send again what waits.
   * onState(state): "connecting", "open" (welcomed), "lost" (away for 2 s).
   */
  constructor({ hello, onMessage, onState }) {
    this.hello = hello;
    this.onMessage = onMessage;
    this.onState = onState;
    this.state = "";
    this.socket = null;
    this.failures = 0;
    this.running = false;
    this.welcomed = false;
    this.waiting = new Map(); // id sent -> timer of its doubt
    this.timers = {};
    this.wake = () => this.resume();
    this.wakeIfSeen = () => document.visibilityState === "visible" && this.resume();
    this.suspect = () => this.doubt();
  }

  start() {
    if (this.running) return;
    this.running = true;
    window.addEventListener("pageshow", this.wake);
    window.addEventListener("online", this.wake);
    // A rumour: Wi-Fi without internet may be called offline while the hub is in reach.
    window.addEventListener("offline", this.suspect);
    document.addEventListener("visibilitychange", this.wakeIfSeen);
    this.away();
    this.open();
  }

  stop() {
    this.running = false;
    window.removeEventListener("pageshow", this.wake);
    window.removeEventListener("online", this.wake);
    window.removeEventListener("offline", this.suspect);
    document.removeEventListener("visibilitychange", this.wakeIfSeen);
    this.drop();
    for (const name of Object.keys(this.timers)) this.cancel(name);
    this.state = "";
  }

  /** True if handed to a welcomed socket. A message with an `id` is watched until answered. */
  send(message) {
    if (!this.welcomed) return false;
    this.socket.send(JSON.stringify(message));
    if (message.id) {
      this.settle(message.id);
      this.watch(message.id, LINE.patience);
    }
    return true;
  }

  /** Says hello again (the language changed). */
  greet() {
    if (this.welcomed) this.socket.send(JSON.stringify(this.hello()));
  }

  open() {
    this.cancel("retry");
    this.drop();
    let socket;
    try {
      socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws", "plenum.1");
    } catch (error) {
      this.lose(0);
      return;
    }
    this.socket = socket;
    this.openedAt = Date.now();
    this.after("handshake", LINE.handshake, () => this.lose(0));
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.lose(event.code);
  }

  /** Lets go at once: a dead socket takes its time to close. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    this.welcomed = false;
    this.cancel("handshake");
    this.cancel("proof");
    for (const id of Array.from(this.waiting.keys())) this.settle(id);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** `leave`: ms the hub's bye asks for. */
  lose(code, leave) {
    this.drop();
    if (!this.running) return;
    this.away();
    let pause = Math.random() * Math.min(LINE.cap, LINE.base * Math.pow(2, this.failures));
    // Policy and a full room do not pass in a second.
    if (code === 1008 || code === 1013) pause = LINE.cap * (0.5 + Math.random() / 2);
    if (leave) pause = leave * (0.5 + Math.random());
    this.failures = Math.min(this.failures + 1, 10);
    this.after("retry", pause, () => this.open());
  }

  away() {
    if (this.state === "connecting" || this.state === "lost") return;
    this.tell("connecting");
    this.after("notice", LINE.notice, () => this.tell("lost"));
  }

  tell(state) {
    this.state = state;
    this.onState(state);
  }

  receive(data) {
    this.cancel("proof");
    let message;
    try {
      message = JSON.parse(data);
    } catch (error) {
      return;
    }
    if (message.t === "beat") return;
    if (message.t === "welcome") {
      this.failures = 0;
      this.welcomed = true;
      this.cancel("handshake");
      this.cancel("notice");
      if (this.state !== "open") this.tell("open");
    }
    if (message.id) this.settle(message.id);
    this.onMessage(message);
    if (message.t === "bye") this.lose(0, Math.min(60000, Math.max(1, message.retry || 0)));
  }

  watch(id, pause) {
    const ask = () => {
      this.watch(id, Math.min(LINE.cap, pause * 2));
      this.doubt();
    };
    this.waiting.set(id, setTimeout(ask, pause));
  }

  settle(id) {
    clearTimeout(this.waiting.get(id));
    this.waiting.delete(id);
  }

  doubt() {
    if (!this.welcomed || this.timers.proof) return;
    this.socket.send('{"t":"beat"}');
    this.after("proof", LINE.proof, () => this.lose(0));
  }

  /** In front again, or the network came back: now rather than later. */
  resume() {
    if (!this.running) return;
    if (this.welcomed) {
      this.doubt();
    } else if (!this.socket || Date.now() - this.openedAt > LINE.notice) {
      this.failures = 0;
      this.open();
    }
  }

  after(name, milliseconds, action) {
    this.cancel(name);
    this.timers[name] = setTimeout(() => {
      delete this.timers[name];
      action();
    }, milliseconds);
  }

  cancel(name) {
    clearTimeout(this.timers[name]);
    delete this.timers[name];
  }
}
