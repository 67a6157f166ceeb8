/* Whether a field of a fixed format (a date, a number, a colour) takes this text as it is written. */
(seen, text) => {
  const field = seen.control || seen;
  if (text === '') return true;
  if (field.type === 'range') return text.trim() !== '' && Number.isFinite(Number(text));
  const probe = document.createElement('input');
  probe.type = field.type;
  probe.value = text;
  return field.type === 'color' ? probe.value === text.toLowerCase() : probe.value !== '';
}
