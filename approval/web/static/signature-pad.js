/* Draw the signature with a finger or a mouse. Without script the page offers the upload alone. */
"use strict";

(() => {
  const pad = document.getElementById("ve-chu-ky");
  if (!pad) return;
  const canvas = pad.querySelector("canvas");
  const form = pad.closest("form");
  const file = form.querySelector("input[type=file]");
  const pen = canvas.getContext("2d");
  let inked = false;

  const clear = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    inked = false;
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };

  pen.lineWidth = 7;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = "#1b3fa0";
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...place(event));
    pen.stroke();
    inked = true;
  });
  pad.querySelector("[data-clear]").addEventListener("click", clear);
  /* The drawing travels as the form's own file, so the server treats it like any upload. */
  pad.querySelector("[data-use]").addEventListener("click", () => {
    if (!inked) return;
    canvas.toBlob((drawing) => {
      const files = new DataTransfer();
      files.items.add(new File([drawing], "chu-ky.png", { type: "image/png" }));
      file.files = files.files;
      form.requestSubmit();
    }, "image/png");
  });
  pad.hidden = false;
})();
