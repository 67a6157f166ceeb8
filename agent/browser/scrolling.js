/* Scrolling as the mouse's wheel does it: what lies under the middle of the window scrolls, or else what is around it. */
const scrollerAt = (down) => {
  const page = document.scrollingElement || document.documentElement;
  const room = (element) =>
    down ? element.scrollHeight - element.clientHeight - element.scrollTop : element.scrollTop;
  const scrolls = (element) => /auto|scroll|overlay/.test(getComputedStyle(element).overflowY) && room(element) >= 1;
  let at = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  for (; at && at !== page && at !== document.body; at = at.parentElement) if (scrolls(at)) return at;
  return page;
};
let wheeled = null; // what the wheel is expected to scroll, and where it stood
const beforeWheel = (down) => {
  const scroller = scrollerAt(down);
  wheeled = { scroller, from: scroller.scrollTop };
  return true;
};
/** How far it scrolled, once that is over; 0 where nothing happens within `limit` milliseconds. */
const afterWheel = async (limit) => {
  if (!wheeled) return 0;
  const { scroller, from } = wheeled;
  const ends = performance.now() + limit;
  let last = from;
  let still = 0;
  while (still < 3 && (last !== from || performance.now() < ends)) {
    await pause();
    still = scroller.scrollTop === last && last !== from ? still + 1 : 0;
    last = scroller.scrollTop;
    if (performance.now() > ends + limit) break;
  }
  return last - from;
};
