// The page of the public record: joins what watches the record to what shows it.

import { h, replaceContent, setText } from "../lib/dom.js";
import { language, languages, openLocale, setLanguage, t } from "../lib/locale.js";
import { evidenceText } from "./answer.js";
import { ChecksView } from "./checks.js";
import { MineView } from "./mine.js";
import { byId, setOrHide } from "./parts.js";
import { RoundsView } from "./rounds.js";
import { saveFile, takeBundle } from "./take.js";
import { RecordWatch } from "./watch.js";
import { eventName, verdictWords, wordingOf } from "./words.js";

const AUDIT_LIMITS = ["refused", "list", "absent", "secret", "page", "pressure", "network", "poll"];

class AuditPage {
  constructor() {
    this.watch = new RecordWatch(() => this.show());
    this.checks = new ChecksView({ save: () => this.saveAlarm(), reopen: () => location.reload() });
    this.mine = new MineView({ save: (sentence, receipt) => this.save(sentence, receipt) });
    this.rounds = new RoundsView(byId("list"));
    this.take = { key: "", params: {} }; // how far the download is
  }

  start() {
    byId("language").addEventListener("click", () => this.speak());
    byId("download").addEventListener("click", () => this.download());
    document.querySelector("main").hidden = false;
    byId("late").remove();
    // Paper is white, whatever the screen is.
    window.addEventListener("beforeprint", () => (document.documentElement.dataset.theme = "light"));
    window.addEventListener("afterprint", () => delete document.documentElement.dataset.theme);
    this.frame();
    this.mine.start();
    this.show();
    this.watch.start();
  }

  speak() {
    setLanguage(this.otherLanguage()[0]).then((arrived) => {
      if (!arrived) return;
      this.frame();
      this.mine.turnCamera();
      this.show();
    });
  }

  otherLanguage() {
    return languages().find(([code]) => code !== language());
  }

  /** The texts that stay. */
  frame() {
    const [code, name] = this.otherLanguage();
    const button = byId("language");
    setText(button, name);
    button.lang = code;
    button.hidden = false;
    for (const element of document.querySelectorAll("[data-text]")) setText(element, t(element.dataset.text));
    replaceContent(byId("limit-list"), AUDIT_LIMITS.map((each) => h("li", {}, t("limit-" + each))));
  }

  show() {
    const { watch, checks, mine, rounds } = this;
    const { record } = watch;
    checks.show(watch);
    if (watch.phase === "loading" && !watch.isLost) return;
    mine.show(watch);
    const count = record ? record.count : { meeting: null, rounds: new Map(), hasEnded: false };
    rounds.show(count);
    setOrHide(byId("ending"), count.hasEnded ? t("rounds-end") : "");
    this.name(count.meeting);
    this.showTake();
  }

  name(meeting) {
    const event = meeting ? wordingOf(meeting.title, meeting.languages) : { text: "", lang: null };
    setText(byId("event"), event.text);
    if (event.lang) byId("event").lang = event.lang;
    else byId("event").removeAttribute("lang");
    document.title = event.text ? t("page-title", { event: event.text }) : t("title");
  }

  showTake() {
    const { record, vkeyText } = this.watch;
    const { key, params } = this.take;
    const size = record && record.size ? "-" + record.size : "";
    const file = params.name || "plenum-record" + size + ".zip";
    const commands = ["python3 verify.py " + file, "plenum verify " + file].join("\n");
    setText(byId("commands"), commands);
    setText(byId("vkey"), vkeyText);
    setText(byId("download-state"), key ? t(key, params) : "");
    byId("download").disabled = key === "download-wait" || !record || !record.size;
  }

  async download() {
    this.turnTake("download-wait");
    try {
      this.turnTake("download-done", { name: await takeBundle(this.watch.record.size) });
    } catch (error) {
      this.turnTake("download-failed");
    }
  }

  turnTake(key, params = {}) {
    this.take = { key, params };
    this.showTake();
  }

  saveAlarm() {
    const { headline, since } = verdictWords(this.watch);
    this.save(headline + " " + since, "");
  }

  save(sentence, receipt) {
    const { record, vkeyText, alarm } = this.watch;
    const notes = alarm ? alarm.notes : [record.head.note];
    const text = evidenceText(sentence, receipt, notes, vkeyText);
    const event = eventName(record.vkey.name).replace(/\W/g, "-");
    saveFile("plenum-evidence-" + event + ".txt", new Blob([text], { type: "text/plain" }));
  }
}

openLocale("audit").then((arrived) => arrived && new AuditPage().start());
