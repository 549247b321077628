/* Choose words in the text and comment on exactly these. Without script every part has its own link to the form.
   A paragraph says where its words begin in the part and how many they are. Only characters of the text are counted:
   neither the clause's number nor what a comparison shows as deleted. Counted is by code point, as the server does. */
"use strict";

(() => {
  const offer = document.getElementById("gop-y-doan-nay");
  if (!offer) return;
  const status = document.getElementById("da-chon");
  const sheet = document.querySelector(".sheet");
  const notCounted = "[data-skip], del, .visually-hidden";
  let waiting = 0;

  const length = (text) => Array.from(text).length;

  const textNodes = (paragraph) => {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(notCounted)) found.push(walker.currentNode);
    return found;
  };

  /* Characters of the paragraph from its beginning to a place in it. */
  const counted = (nodes, container, offset) => {
    const range = document.createRange();
    let before = 0;
    for (const node of nodes) {
      if (node === container) return before + length(node.data.slice(0, offset));
      range.selectNodeContents(node);
      if (range.comparePoint(container, offset) < 0) return before;
      before += length(node.data);
    }
    return before;
  };

  /* First and last character chosen within a paragraph; null when none are, or when the paragraph is not as told. */
  const chosenIn = (paragraph, range) => {
    if (!range.intersectsNode(paragraph)) return null;
    const nodes = textNodes(paragraph);
    const total = nodes.reduce((sum, node) => sum + length(node.data), 0);
    const told = Number(paragraph.dataset.length);
    const last = nodes.length ? nodes[nodes.length - 1].data : "";
    /* A new paragraph break is shown as a mark at the end of the paragraph before it. */
    if (total !== told && !(total === told + 1 && last.endsWith("¶"))) return null;
    const whole = document.createRange();
    whole.selectNodeContents(paragraph);
    const startsBefore = range.compareBoundaryPoints(Range.START_TO_START, whole) <= 0;
    const endsBehind = range.compareBoundaryPoints(Range.END_TO_END, whole) >= 0;
    const from = startsBefore ? 0 : counted(nodes, range.startContainer, range.startOffset);
    const to = Math.min(endsBehind ? told : counted(nodes, range.endContainer, range.endOffset), told);
    const start = Number(paragraph.dataset.start);
    return to > from ? [start + from, start + to] : null;
  };

  /* The part where the choice begins, and the characters of it that are chosen. */
  const chosen = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount || !selection.toString().trim()) return null;
    const range = selection.getRangeAt(0);
    for (const part of sheet.querySelectorAll("[data-part]")) {
      if (!range.intersectsNode(part)) continue;
      const found = [...part.querySelectorAll("[data-start]")].map((paragraph) => chosenIn(paragraph, range));
      const places = found.filter(Boolean);
      if (places.length) return { part, range, from: places[0][0], to: places[places.length - 1][1] };
    }
    return null;
  };

  const hide = () => {
    offer.hidden = true;
    status.textContent = "";
  };

  const show = ({ part, range, from, to }) => {
    const address = new URL(offer.href);
    address.search = new URLSearchParams({ phan: part.dataset.part, tu: from, dai: to - from, ban: offer.dataset.revision });
    address.hash = "viet";
    offer.href = address.href;
    /* Right behind the part, so that the next press of Tab reaches it from the words chosen. */
    if (offer.parentElement !== part) part.append(offer);
    offer.hidden = false;
    const box = range.getBoundingClientRect();
    const frame = part.getBoundingClientRect();
    offer.style.top = `${Math.max(0, box.bottom - frame.top + 8)}px`;
    status.textContent = `Đã chọn ${to - from} ký tự. Bấm Tab rồi Enter để góp ý đoạn này.`;
  };

  const look = () => {
    /* Going to the button takes the choice away in some browsers; the button must outlive that. */
    if (document.activeElement === offer) return;
    const found = chosen();
    if (found) show(found);
    else hide();
  };

  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200);
  });
  offer.addEventListener("mousedown", (event) => event.preventDefault());
  /* The promise of the line above, kept by us: where a browser goes on from after words were chosen is not sure. */
  document.addEventListener("keydown", (event) => {
    const elsewhere = document.activeElement && document.activeElement !== document.body;
    if (event.key !== "Tab" || event.shiftKey || event.altKey || event.ctrlKey || offer.hidden || elsewhere) return;
    event.preventDefault();
    offer.focus();
  });
})();
