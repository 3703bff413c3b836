/** The trap of every first try: links that begin with an address that only this computer can open. */
import { icon } from "../core/icons.js";
import { closeDialog, copy, openDialog } from "../core/page.js";
import { state } from "../core/store.js";
import { t } from "../core/words.js";
import { html, nothing } from "../vendor/lit.js";
import { closeButton } from "./frame.js";

const KEPT = "imgurl.base";

/** The public address that somebody has entered here, "" for that of the server. */
export const publicAddress = () => localStorage.getItem(KEPT) ?? "";

/** Whether links that are made now can't be opened elsewhere. */
const isTrapped = () => Boolean(state().session?.is_private) && !publicAddress();

/**
 * Copy what is made for a public address; ask for one first where there is none.
 *
 * @param {(base: string | null) => Promise<string>} make
 * @param {() => void} [done] after it was copied
 */
export async function copyLink(make, done) {
  const finish = async () => {
    await copy(await make(publicAddress() || null));
    closeDialog();
    done?.();
  };
  if (isTrapped()) openDialog(ask(finish, ""));
  else await finish();
}

/** @param {() => Promise<void>} finish @param {string} complaint @returns {import("../vendor/lit.js").TemplateResult} */
const ask = (finish, complaint) => html`<header><h2 id="dialog-title" class="grow">${t("trap.title")}</h2>${closeButton()}</header>
  <form class="pad" @submit=${(/** @type {SubmitEvent} */ event) => enter(event, finish)}>
    <p>${t("trap.text", { base: state().session?.links_begin_with ?? "" })}</p>
    <div class="field mt12"><label class="label" for="public">${t("trap.address")}</label>
      <input class="input" id="public" name="address" type="url" placeholder="https://img.example.com" autofocus></div>
    ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
    <div class="acts mt16"><button type="button" class="btn" @click=${() => finish()}>${t("trap.anyway")}</button><button class="btn go">${icon("copy", "s")}${t("trap.do")}</button></div>
  </form>`;

/** @param {SubmitEvent} event @param {() => Promise<void>} finish */
async function enter(event, finish) {
  event.preventDefault();
  const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("address") ?? "").trim();
  try {
    localStorage.setItem(KEPT, new URL(text).origin);
    await finish();
  } catch {
    localStorage.removeItem(KEPT);
    openDialog(ask(finish, t("trap.wrong")));
  }
}
