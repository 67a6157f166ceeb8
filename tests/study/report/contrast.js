// Contrast as WCAG 2.2 reckons it (1.4.3, 1.4.11): of every visible text with what is painted behind it, and of
// the arms' colours with the paper.
() => {
  const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((first, second) => second - first);
    return (high + 0.05) / (low + 0.05);
  };
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const hexadecimal = colour => colour.trim().match(/[0-9a-f]{2}/g).map(part => parseInt(part, 16));
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = channels(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('svg')) continue;
    const ratio = contrast(channels(getComputedStyle(element).color), behind(element));
    if (ratio < 4.5) faint.push(element.outerHTML.slice(0, 100));
  }
  const style = getComputedStyle(document.documentElement);
  const paper = hexadecimal(style.getPropertyValue('--paper'));
  const arms = [0, 1, 2, 3, 4, 5].map(place => {
    return contrast(hexadecimal(style.getPropertyValue(`--arm-${place}`)), paper);
  });
  return { faint, arms };
}
