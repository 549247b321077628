/* The draft editor: keeps what is typed, asks for findings, splits at the cursor. Everything else works without it.
   It never listens to keys and never writes into a field that is being typed in, so Telex and VNI stay whole. */
"use strict";

(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = document.getElementById("trang-thai");
  const PAUSE = 1200;
  const RETRY = 5000;
  const PATIENCE = 10000;
  /* What a browser still sends for a page that is gone. */
  const FAREWELL = 60000;
  let changed = form.hasAttribute("data-unsaved");
  let composing = false;
  let busy = false;
  /* An older copy is offered: until that is decided, nothing may be written over it. */
  let stopped = form.hasAttribute("data-offered");
  let failed = false;
  let leaving = false;
  let waiting = null;
  let timer = 0;

  const say = (tone, words) => {
    if (state.textContent === words) return;
    state.dataset.tone = tone;
    state.textContent = words;
  };
  const after = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(false), pause);
  };
  const typed = () => {
    changed = true;
    document.getElementById("chua-luu").hidden = false;
    document.getElementById("da-luu")?.remove();
    if (form.hasAttribute("data-offered")) return say("late", "Chưa giữ được: ở đầu trang, hãy chọn tiếp tục hay bỏ bản đang gõ dở");
    if (stopped) return;
    say("wait", "Đang gõ…");
    after(PAUSE);
  };
  const letters = (fields) => [...fields.values()].reduce((sum, value) => sum + String(value).length, 0);
  const send = (address, farewell) => {
    const fields = new FormData(form);
    const options = { method: "POST", body: fields, redirect: "manual", signal: AbortSignal.timeout?.(PATIENCE) };
    if (farewell && 3 * letters(fields) < FAREWELL) options.keepalive = true;
    return fetch(address, options);
  };

  const kept = async (answer) => {
    const body = await answer.json();
    form.elements.edit.value = body.edit;
    failed = false;
    if (changed) return after(PAUSE);
    if (body.behind) return say("warn", `Đã giữ bản nháp lúc ${body.at}. ${body.behind}`);
    say("ok", `Đã giữ bản nháp lúc ${body.at}`);
  };
  const refused = async (answer) => {
    changed = true;
    failed = true;
    const told = answer.headers.get("Content-Type")?.includes("json") ? (await answer.json()).vi : "";
    if (answer.status === 409) {
      stopped = true;
      return say("late", told || "Thẻ khác đang soạn: hãy tải lại");
    }
    if (answer.status === 422 || answer.status === 413) return say("late", told || "Chưa giữ được: văn bản quá dài, hãy rút gọn");
    if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 403) {
      stopped = true;
      return say("late", "Chưa giữ được: phiên làm việc đã hết. Sao chép phần vừa gõ, rồi đăng nhập lại.");
    }
    say("late", "Chưa giữ được: hệ thống đang bận, sẽ thử lại");
    after(RETRY);
  };
  const keep = async (farewell) => {
    if (!changed || busy || stopped) return;
    if (composing && !farewell) return after(PAUSE);
    busy = true;
    changed = false;
    try {
      const answer = await send(form.dataset.autosave, farewell);
      await (answer.ok ? kept(answer) : refused(answer));
      if (answer.ok && !farewell && !changed) await proofread();
    } catch {
      changed = true;
      failed = true;
      say("late", "Chưa giữ được: mất mạng, sẽ thử lại");
      after(RETRY);
    } finally {
      busy = false;
      if (waiting) submitAgain();
    }
  };
  const submitAgain = () => {
    const button = waiting;
    waiting = null;
    form.requestSubmit(button);
  };

  /* Findings come as the parts of the page that show them; the one somebody stands in stays. */
  const proofread = async () => {
    const answer = await send(form.dataset.proofFrom, false).catch(() => null);
    if (!answer?.ok || changed || leaving) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-proof]")) {
      const shown = document.querySelector(`[data-proof="${part.dataset.proof}"]`);
      if (!shown || shown.contains(document.activeElement) || shown.innerHTML === part.innerHTML) continue;
      const open = shown.querySelector("details[open]");
      if (open) part.querySelector("details")?.setAttribute("open", "");
      shown.replaceWith(part);
    }
  };

  form.addEventListener("input", typed);
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; typed(); });
  /* Split at the cursor: the line that parts clauses is written there, then the form goes its usual way. */
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-split]");
    if (!button) return;
    const area = document.getElementById(button.dataset.split);
    const at = area.selectionStart;
    const marked = area.value.split("\n").some((line) => line.trim() === "---");
    if (!marked && at > 0 && at < area.value.length) area.setRangeText("\n---\n", at, at, "end");
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    if (busy) {
      /* The number of the running autosave belongs into the form. */
      event.preventDefault();
      waiting = event.submitter;
      return;
    }
    clearTimeout(timer);
    leaving = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) keep(true);
  });
  addEventListener("beforeunload", (event) => {
    if (changed && (failed || stopped) && !leaving) event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("online", () => after(0));
  if (changed) after(PAUSE);
})();
