// The film of a session: one step at a time, the pointer moving to what is acted on, the text being typed. A control
// drives one film, or two in step. Without this script the same page is a plain list of steps.
'use strict';
(() => {
  const SPEEDS = [0.5, 1, 1.5, 2, 4, 8];
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const limited = (value, low, high) => Math.min(high, Math.max(low, value));
  const numberOf = (element, name) => Number(element.dataset[name]) || 0;

  const clock = seconds => {
    const whole = Math.floor(seconds), two = value => String(value).padStart(2, '0');
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };

  // Ends after so many milliseconds, or at once when the film is stopped.
  const pause = (time, signal) => new Promise(done => {
    if (signal.aborted || time <= 0) return done();
    const timer = setTimeout(done, time);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });

  class Film {
    constructor(root) {
      this.root = root;
      this.list = root.querySelector('.steps');
      this.nav = root.querySelector('.timeline ol');
      this.pointer = document.createElement('span');
      this.pointer.className = 'pointer';
      this.pointer.setAttribute('aria-hidden', 'true');
      this.typing = document.createElement('span');
      this.typing.className = 'typing';
      this.typing.setAttribute('aria-hidden', 'true');
      this.at = -1;
      root.classList.add('playing-one');
      this.gather();
    }

    gather() {
      this.steps = [...this.list.querySelectorAll(':scope > .step')];
      this.links = [...this.nav.querySelectorAll('a')];
      const all = this.steps.map(step => Math.sqrt(limited(numberOf(step, 'seconds'), 0.2, 120)));
      this.links.forEach((link, place) => { link.parentElement.style.flexGrow = all[place] || 0.4; });
      for (const screen of this.list.querySelectorAll('.screen')) this.proportion(screen);
    }

    // The screen keeps the window's proportions, and fits into the height that there is.
    proportion(screen) {
      const stage = screen.closest('.stage');
      const fit = (width, height) => { if (width && height) stage.style.setProperty('--ratio', width / height); };
      fit(numberOf(screen, 'width'), numberOf(screen, 'height'));
      const picture = screen.querySelector('.look');
      if (screen.dataset.width) return;
      if (picture.naturalWidth) fit(picture.naturalWidth, picture.naturalHeight);
      else picture.addEventListener('load', () => fit(picture.naturalWidth, picture.naturalHeight), { once: true });
    }

    get current() { return this.steps[this.at]; }

    // Shows a step, all of it at once or as it begins.
    show(place, phase = 'done') {
      if (!this.steps.length) return;
      this.at = limited(place, 0, this.steps.length - 1);
      for (const step of this.steps) step.classList.toggle('current', step === this.current);
      this.links.forEach((link, at) => {
        if (at === this.at) link.setAttribute('aria-current', 'step');
        else link.removeAttribute('aria-current');
        link.classList.toggle('seen', at < this.at);
      });
      this.wake(this.current);
      this.wake(this.steps[this.at + 1]);
      this.reveal();
      this.from = this.steps.slice(0, this.at).map(step => this.spot(step)).filter(Boolean).pop() || null;
      this.phase(phase);
      this.place((phase === 'done' && this.spot(this.current)) || this.from);
      this.typing.remove();
    }

    phase(name) { this.current.dataset.phase = name; }

    wake(step) { step?.querySelectorAll('img[loading=lazy]').forEach(picture => { picture.loading = 'eager'; }); }

    // The target's line in the observation, and the step in the timeline, are brought into sight; the page stays.
    reveal() {
      const text = this.current.querySelector('.page-text'), line = text?.querySelector('.line');
      if (line) text.scrollTop = line.offsetTop - text.clientHeight / 3;
      const link = this.links[this.at]?.parentElement, bar = this.nav;
      if (link) bar.scrollLeft = link.offsetLeft - bar.clientWidth / 2;
    }

    // Where a step's action was, in shares of the window.
    spot(step) {
      if (!step || !step.dataset.x) return null;
      return { x: numberOf(step, 'x') / numberOf(step, 'width'), y: numberOf(step, 'y') / numberOf(step, 'height') };
    }

    place(spot) {
      const screen = this.current.querySelector('.screen');
      if (!screen) return this.pointer.remove();
      const { x, y } = spot || { x: 0.5, y: 0.85 };
      screen.append(this.pointer);
      this.pointer.style.left = `${100 * x}%`;
      this.pointer.style.top = `${100 * y}%`;
    }

    // How long the parts of a step are shown, in milliseconds, at single speed or as it really was.
    times(pace) {
      const step = this.current, words = step.querySelector('blockquote')?.textContent.length || 0;
      const typed = (step.dataset.typed || '').length, moves = this.spot(step) ? 750 : 0;
      if (pace === 'real') {
        const acting = 1000 * numberOf(step, 'acting'), thinking = 1000 * numberOf(step, 'thinking');
        const move = Math.min(moves, thinking / 4), type = typed ? Math.min(90 * typed, acting / 2) : 0;
        const rest = 1000 * numberOf(step, 'seconds') - thinking;
        return { think: thinking - move, scroll: 0, move, type, after: Math.max(0, rest - type) };
      }
      const scrolled = step.querySelector('.touched') ? 700 : 0;
      const of = { think: limited(900 + 32 * words, 1200, 6000), scroll: scrolled, move: moves };
      Object.assign(of, { type: Math.min(90 * typed, 2400), after: step.dataset.thinking ? 1300 : 1800 });
      return Object.fromEntries(Object.entries(of).map(([name, time]) => [name, time / pace]));
    }

    // Plays the step that is shown: the thought, the pointer's way, the press, what came of it.
    async play(pace, signal) {
      const times = this.times(pace), step = this.current;
      this.show(this.at, 'look');
      await pause(times.think, signal);
      if (signal.aborted) return this.settle(step);
      this.phase('touch');
      await pause(times.scroll, signal);
      await this.travel(times.move, signal);
      if (!signal.aborted) this.press();
      await this.type(times.type, signal);
      this.settle(step);
      await pause(times.after, signal);
    }

    settle(step) {
      this.typing.remove();
      step.dataset.phase = 'done';
      if (step === this.current) this.place(this.spot(step) || this.from);
    }

    async travel(time, signal) {
      const [to, from] = [this.spot(this.current), this.from || { x: 0.5, y: 0.85 }];
      if (!to) return;
      this.place(to);
      if (still.matches || time <= 0 || signal.aborted || !this.pointer.isConnected) return;
      const share = value => `${100 * value}%`;
      const way = this.pointer.animate(
        [{ left: share(from.x), top: share(from.y) }, { left: share(to.x), top: share(to.y) }],
        { duration: time, easing: 'cubic-bezier(.45, .05, .25, 1)' },
      );
      signal.addEventListener('abort', () => way.cancel(), { once: true });
      await way.finished.catch(() => {});
    }

    press() {
      if (!this.spot(this.current) || still.matches) return;
      const ripple = document.createElement('i');
      ripple.className = 'ripple';
      this.pointer.append(ripple);
      const spread = ripple.animate(
        [{ transform: 'scale(.2)', opacity: 0.9 }, { transform: 'scale(1)', opacity: 0 }], { duration: 600 });
      spread.finished.finally(() => ripple.remove());
    }

    // The text appears letter by letter where it is typed.
    async type(time, signal) {
      const step = this.current, text = step.dataset.typed, screen = step.querySelector('.screen');
      if (!text || !screen || !step.dataset.left || signal.aborted) return;
      const share = (name, of) => `${100 * limited(numberOf(step, name) / numberOf(step, of), 0, 0.92)}%`;
      this.typing.style.left = share('left', 'width');
      this.typing.style.top = share('top', 'height');
      this.typing.textContent = '';
      screen.append(this.typing);
      const letters = [...text];
      for (let shown = 1; shown <= letters.length && !signal.aborted; shown += 1) {
        this.typing.textContent = letters.slice(0, shown).join('');
        await pause(time / letters.length, signal);
      }
    }

    // What a screen reader says of the step.
    words() {
      const read = selector => this.current?.querySelector(selector)?.textContent.trim().replace(/\s+/g, ' ') || '';
      return ['.title', 'blockquote', '.deed', '.outcome', '.closing'].map(read).filter(Boolean).join('. ');
    }

    add(steps, marks) {
      this.list.insertAdjacentHTML('beforeend', steps);
      this.nav.insertAdjacentHTML('beforeend', marks);
      this.root.querySelector('.empty')?.remove();
      this.gather();
    }
  }

  class Control {
    constructor(root) {
      this.root = root;
      this.bar = root.querySelector('.control');
      this.films = [...root.querySelectorAll('.film')].map(film => new Film(film));
      this.help = root.querySelector('.help');
      this.speed = this.bar.querySelector('[data-do=speed]');
      this.follow = this.bar.querySelector('[data-do=follow]');
      this.playing = null;
      this.bar.hidden = false;
      document.body.classList.add('with-film');
      this.listen();
      this.go(this.asked());
      this.films.forEach(film => { if (film.root.dataset.live) this.watch(film); });
    }

    get length() { return Math.max(0, ...this.films.map(film => film.steps.length)); }
    get total() { return clock(Math.max(...this.films.map(film => numberOf(film.root, 'seconds')))); }
    get pace() { return this.speed.value === 'real' ? 'real' : Number(this.speed.value); }

    // The step that the address names.
    asked() {
      const element = location.hash && document.getElementById(location.hash.slice(1));
      for (const film of this.films) {
        const place = film.steps.indexOf(element);
        if (place >= 0) return place;
      }
      return 0;
    }

    go(place, { speak = true } = {}) {
      if (!this.length) return;
      this.at = limited(place, 0, this.length - 1);
      this.films.forEach(film => film.show(this.at));
      this.tell(speak);
    }

    tell(speak) {
      const film = this.films[0], step = film.current;
      this.bar.querySelector('[data-show=where]').textContent =
        `${this.at + 1} of ${this.length} · ${clock(numberOf(step || this.bar, 'start'))} / ${this.total}`;
      this.bar.querySelector('[data-do=first]').disabled = this.at === 0;
      this.bar.querySelector('[data-do=back]').disabled = this.at === 0;
      this.bar.querySelector('[data-do=on]').disabled = this.at === this.length - 1;
      this.bar.querySelector('[data-do=last]').disabled = this.at === this.length - 1;
      if (speak) this.bar.querySelector('[data-show=words]').textContent = this.films.map(one => one.words()).join(' ');
      if (step) history.replaceState(null, '', `#${step.id}`);
    }

    async play() {
      if (this.playing) return this.stop();
      if (this.at >= this.length - 1 && !this.finishedLive()) this.go(0);
      const playing = new AbortController();
      this.playing = playing;
      this.mark();
      while (!playing.signal.aborted) {
        await Promise.all(this.films.map(film => (film.at === this.at ? film.play(this.pace, playing.signal) : null)));
        if (playing.signal.aborted || this.at >= this.length - 1) break;
        this.go(this.at + 1);
      }
      if (this.playing === playing) this.stop();
    }

    finishedLive() { return Boolean(this.follow?.checked); }

    stop() {
      this.playing?.abort();
      this.playing = null;
      this.mark();
    }

    mark() {
      const button = this.bar.querySelector('[data-do=play]'), on = Boolean(this.playing);
      button.setAttribute('aria-label', on ? 'Pause' : 'Play');
      this.bar.classList.toggle('running', on);
    }

    move(place) { this.stop(); this.go(place); }

    faster(by) {
      const place = SPEEDS.indexOf(Number(this.speed.value));
      this.speed.value = String(SPEEDS[limited((place < 0 ? 1 : place) + by, 0, SPEEDS.length - 1)]);
    }

    listen() {
      const deeds = {
        first: () => this.move(0), back: () => this.move(this.at - 1), play: () => this.play(),
        on: () => this.move(this.at + 1), last: () => this.move(this.length - 1), help: () => this.help.showModal(),
      };
      this.bar.addEventListener('click', event => deeds[event.target.closest('button')?.dataset.do]?.());
      for (const film of this.films) {
        film.nav.addEventListener('click', event => {
          const place = film.links.indexOf(event.target.closest('a'));
          if (place < 0) return;
          event.preventDefault();
          this.move(place);
        });
      }
      document.addEventListener('keydown', event => this.key(event, deeds));
      addEventListener('hashchange', () => this.move(this.asked()));
    }

    key(event, deeds) {
      if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
      // A moment after the list of keys was closed, its button still has the focus.
      const on = this.help.contains(event.target) ? document.body : event.target;
      if (on.closest('select, textarea, input:not([type=checkbox])')) return;
      // Where a key has a meaning of its own, it keeps it.
      if (event.key === ' ' && on.closest('button, a, summary, input')) return;
      if (on.closest('.page-text') && ['Home', 'End', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
      const keys = {
        ' ': deeds.play, ArrowLeft: deeds.back, ArrowRight: deeds.on, Home: deeds.first, End: deeds.last,
        '+': () => this.faster(1), '=': () => this.faster(1), '-': () => this.faster(-1), '?': deeds.help,
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    }

    // A session that runs: what has happened since is asked for, until it has ended.
    async watch(film) {
      const last = film.steps.length ? film.steps[film.steps.length - 1].dataset.number : 0;
      const from = new URL(film.root.dataset.live, location.href);
      from.searchParams.set('after', last);
      from.searchParams.set('key', film.root.dataset.key);
      const news = await fetch(from).then(answer => (answer.ok ? answer.json() : null)).catch(() => null);
      if (news?.count) this.grow(film, news);
      if (news && !news.running) return this.over(news);
      setTimeout(() => this.watch(film), 1000);
    }

    grow(film, news) {
      const atEnd = this.at === undefined || this.at >= this.length - 1;
      film.add(news.steps, news.marks);
      film.root.dataset.seconds = news.seconds;
      if (this.at === undefined) this.go(0);
      else if (atEnd && this.follow?.checked && !this.playing) this.go(this.length - 1);
      else this.tell(false);
    }

    over(news) {
      const live = document.querySelector('[data-show=live]');
      if (live) { live.textContent = news.ended; live.classList.add('over'); }
    }
  }

  document.querySelectorAll('.theatre').forEach(theatre => new Control(theatre));
})();
