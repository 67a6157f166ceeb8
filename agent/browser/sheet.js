/* Tells Python which button of a sheet was pressed, and which boxes were ticked then. */
addEventListener('click', (event) => {
  const button = event.target.closest('[data-presses]');
  const ticked = [...document.querySelectorAll('input:checked')].map((box) => box.value).join(' ');
  if (button && event.isTrusted) window.pressed({ ...button.dataset, ticked });
});
