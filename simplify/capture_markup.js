/* Writing markup: escaped, white space folded, one string at the end.
 *
 * Values stand in single quotes: on its way the string becomes JSON, where a double quote takes an escape.
 */
const MAX_TEXT = 20000;
const MAX_ATTRIBUTE = 1000;
const MAX_CHARACTERS = 8000000;

// eslint-disable-next-line no-control-regex -- these are what markup may not hold, and what reorders text
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/g;
// eslint-disable-next-line no-control-regex -- as above
const UNSAFE = /[&<>'\u0000-\u0008\u000b-\u001f\u007f-\u00ad\u200b-\u206f\ud800-\udfff\ufeff\ufffe\uffff]/;
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;' };
const escape = (text) =>
  UNSAFE.test(text)
    ? text.toWellFormed().replace(FORBIDDEN, '').replace(/[&<>']/g, (sign) => ENTITIES[sign])
    : text;
const LOOSE = /^\s|\s$|\s\s|[^\S ]/;
const fold = (text) => (LOOSE.test(text) ? text.replace(/\s+/g, ' ').trim() : text);
const attribute = (name, value) => {
  if (value === null || value === undefined || value === '') return '';
  const said = fold(String(value).slice(0, 2 * MAX_ATTRIBUTE)).slice(0, MAX_ATTRIBUTE);
  return said ? ` ${name}='${escape(said)}'` : '';
};
const flag = (name, on) => (on ? ` ${name}=''` : '');

let out = [];
let characters = 0;
let lastText = ''; // what was written last as text, and where its piece ends
let lastTextEnd = -1;
let spaced = true; // whether what was written last ends in white space, or needs none

const write = (text) => {
  out.push(text);
  characters += text.length;
};
const writeSpace = () => {
  if (spaced) return;
  out.push(' ');
  spaced = true;
};
/** Writes the beginning of a tag without its end, which is a piece of its own; returns where it stands. */
const writeTag = (open, end) => {
  write(open);
  out.push(end);
  return out.length - 2;
};
const ENDS_IN_SPACE = /\s$/;
const READABLE = /[\p{L}\p{N}]/u;
const UNFOLDED = /[\t\n\r\f]|\s\s/;
const writeText = (text) => {
  // Pages say a thing once for the eye and once more for a screen reader, side by side: once will do.
  const bare = text.trim();
  const isNext = out.length === lastTextEnd || (out.length === lastTextEnd + 1 && out[lastTextEnd] === ' ');
  if (isNext && bare === lastText && bare.length > 2 && READABLE.test(bare)) return;
  let said = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  if (UNFOLDED.test(said)) said = said.replace(/\s+/g, ' ');
  if (spaced && said[0] === ' ') said = said.slice(1);
  write(escape(said));
  spaced = ENDS_IN_SPACE.test(said);
  lastText = bare;
  lastTextEnd = out.length;
};
/** Takes back what was written from a place on. */
const unwrite = (start) => {
  out.length = start;
  spaced = false;
  lastTextEnd = -1;
};
