// The one field of a check: a scanner types like a keyboard, and ends each line of a zone with Enter. While a zone is
// not whole, Enter goes on; once the check digits hold, the form goes by itself. Without this file, Enter sends it.
"use strict";

(() => {
  const field = document.getElementById("f-scan");
  if (!field) return;
  const form = field.form;
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  // By length without line ends: first letters, and each check digit's place with the spans it is over, the document
  // number first (ICAO Doc 9303 parts 4 to 7). Dates are digits, so that a longer zone never passes for a shorter one.
  const ZONES = {
    72: { first: "ACIV", dates: [[49, 55], [57, 63]], checks: [[45, [36, 45]], [55, [49, 55]], [63, [57, 63]]] },
    88: { first: "PV", dates: [[57, 63], [65, 71]], checks: [[53, [44, 53]], [63, [57, 63]], [71, [65, 71]]] },
    90: {
      first: "ACI",
      dates: [[30, 36], [38, 44]],
      checks: [[14, [5, 14]], [36, [30, 36]], [44, [38, 44]], [59, [5, 30], [30, 37], [38, 45], [48, 59]]],
    },
  };
  const LONGEST = 90;
  let sent = false;

  const text = () => field.value.toUpperCase().replace(/\s/g, "");

  const digit = (zone, spans) => {
    const over = spans.map(([start, end]) => zone.slice(start, end)).join("");
    const sum = [...over].reduce((total, c, i) => total + Math.max(ALPHABET.indexOf(c), 0) * [7, 3, 1][i % 3], 0);
    return String(sum % 10);
  };

  const isWholeZone = (zone) => {
    const kind = ZONES[zone.length];
    if (!kind || !kind.first.includes(zone[0]) || !/^[A-Z0-9<]+$/.test(zone)) return false;
    if (!kind.dates.every(([start, end]) => /^[0-9<]+$/.test(zone.slice(start, end)))) return false;
    // A document number longer than its place has a filler where its digit would stand: left to the node.
    return kind.checks.every(([at, ...spans], i) => zone[at] === digit(zone, spans) || (i === 0 && zone[at] === "<"));
  };

  const isContainer = (number) => {
    if (!/^[A-Z]{3}[UJZ][0-9]{7}$/.test(number)) return false;
    const value = (c) => (c <= "9" ? Number(c) : c.charCodeAt(0) - 55 + Math.floor((c.charCodeAt(0) - 56) / 10));
    const sum = [...number.slice(0, 10)].reduce((total, c, place) => total + value(c) * 2 ** place, 0);
    return (sum % 11) % 10 === Number(number[10]);
  };

  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });

  field.addEventListener("keydown", (event) => {
    const zone = text();
    const more = zone.includes("<") && zone.length < LONGEST && !ZONES[zone.length];
    if (event.key === "Enter" && (more || sent)) event.preventDefault();
  });

  field.addEventListener("input", () => {
    const given = text();
    if (!sent && (given.includes("<") ? isWholeZone(given) : isContainer(given.replace(/[./-]/g, "")))) {
      form.requestSubmit();
    }
  });

  // Back from the result the page may come out of the browser's memory, as it was when it was sent.
  window.addEventListener("pageshow", () => {
    sent = false;
  });
})();
