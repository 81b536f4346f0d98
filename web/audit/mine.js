// "Is my vote in it?": a receipt pasted, opened, dropped, scanned, or sent along in the link; and the answer.

import { fragmentFields } from "../lib/address.js";
import { h, replaceContent } from "../lib/dom.js";
import { language, t } from "../lib/locale.js";
import { answerTo, receiptInFragment } from "./answer.js";
import { byId } from "./parts.js";
import { answerWords } from "./receipt-words.js";
import { Scanner, canScan } from "./scan.js";

const RECEIPT_LONGEST = 200000; // bytes: far more than any has

export class MineView {
  /** on: { save(sentence, receipt): the evidence } */
  constructor(on) {
    this.on = on;
    this.text = ""; // what is looked up
    this.fault = ""; // a text's name, instead of an answer
    this.shown = "";
    this.turn = 0;
    this.asked = ""; // when the answer was found: for which text, language and record
    this.isOpen = true; // the answer may still be another
    this.watch = null;
    this.scanner = new Scanner(byId("picture"), (text) => this.take(text), () => this.turnCamera());
  }

  start() {
    const field = byId("receipt");
    byId("look-up").addEventListener("click", () => this.lookUp(field.value));
    field.addEventListener("paste", () => setTimeout(() => this.lookUp(field.value)));
    byId("open-file").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", (event) => {
      this.read(event.target.files[0]);
      event.target.value = "";
    });
    byId("scan").hidden = !canScan();
    byId("scan").addEventListener("click", () => this.scanner.toggle());
    byId("drop-how").hidden = !matchMedia("(pointer: fine)").matches;
    this.listenForDrops(byId("mine"));
    const follow = () => {
      const text = receiptInFragment(fragmentFields(location.hash).receipt);
      if (text) this.take(text);
    };
    window.addEventListener("hashchange", follow);
    follow();
  }

  listenForDrops(section) {
    const over = (isOver) => (event) => {
      event.preventDefault();
      section.classList.toggle("over", isOver);
    };
    section.addEventListener("dragover", over(true));
    section.addEventListener("dragleave", over(false));
    section.addEventListener("drop", (event) => {
      over(false)(event);
      const { files } = event.dataTransfer;
      if (files.length) this.read(files[0]);
      else this.take(event.dataTransfer.getData("text"));
    });
  }

  read(file) {
    if (!file) return undefined;
    if (file.size > RECEIPT_LONGEST) return this.fail("receipt-too-large");
    return file.text().then((text) => this.take(text));
  }

  /** A receipt that did not come by hand: shown in the field, and looked up. */
  take(text) {
    byId("receipt").value = text;
    this.lookUp(text);
    byId("answer").scrollIntoView({ block: "nearest" });
  }

  lookUp(text) {
    this.text = text.trim();
    this.fault = "";
    this.shown = this.asked = ""; // asked once more: answered once more
    this.show(this.watch);
  }

  fail(fault) {
    this.text = "";
    this.fault = fault;
    this.show(this.watch);
  }

  turnCamera() {
    byId("camera").hidden = !this.scanner.isOn;
    byId("scan").textContent = t(this.scanner.isOn ? "receipt-scan-stop" : "receipt-scan");
    if (this.scanner.hasFailed) this.fail("receipt-scan-failed");
  }

  /** Looks again: the record may have grown, or the language changed. */
  async show(watch) {
    this.watch = watch;
    const turn = ++this.turn;
    const record = watch && watch.record;
    if (!this.text) return this.say(this.fault ? { tone: "warn", headline: t(this.fault), lines: [] } : null);
    if (!record || !record.head) return this.say({ tone: "plain", headline: t("receipt-wait"), lines: [] });
    const asked = [this.text, language(), watch.phase, record.size].join("\n");
    if (asked === this.asked && !this.isOpen) return undefined;
    this.asked = asked;
    const answer = await answerTo(this.text, record, watch.vkeyText);
    this.isOpen = answer.state === "later";
    return turn === this.turn ? this.say(answerWords(answer, record)) : undefined;
  }

  /** Only where it differs: what is the same is not read out again. */
  say(words) {
    const key = JSON.stringify(words);
    if (key === this.shown) return;
    this.shown = key;
    const answer = byId("answer");
    byId("mine").classList.toggle("answered", Boolean(words));
    if (!words) return replaceContent(answer);
    const { tone, headline, lines, isEvidence } = words;
    const save = () => this.on.save(headline, this.text);
    const button = h("button", { type: "button", class: "main", onclick: save }, t("save-evidence"));
    return replaceContent(
      answer,
      h(
        "div",
        { class: "answer", "data-tone": tone },
        h("p", { class: "said" }, headline),
        lines.map((line) => h("p", {}, line)),
        isEvidence ? h("p", { class: "acts" }, button) : null,
      ),
    );
  }
}
