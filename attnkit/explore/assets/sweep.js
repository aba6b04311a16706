// Play: one slider goes to its end and back, until anything is touched. Who asked for less motion
// gets one step for each press instead.

const SECONDS_ACROSS = 6;
const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Sweep {
  constructor(root) {
    this.control = null;
    const stop = (event) => { if (!this.turnedBy(event)) this.stop(); };
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      root.addEventListener(kind, stop, { capture: true, passive: true });
    }
  }

  // Its own button turns it off by itself.
  turnedBy({ target, type, key }) {
    const own = target === this.control?.play;
    return own && (type === "pointerdown" || key === " " || key === "Enter");
  }

  toggle(control) {
    const again = this.control === control;
    this.stop();
    if (again) return;
    if (wantsCalm()) {
      control.share = control.share > 0.999 ? 0 : Math.min(1, control.share + 0.1);
      return;
    }
    const way = control.share > 0.999 ? -1 : 1;
    Object.assign(this, { control, way, share: control.share, last: undefined });
    control.play.setAttribute("aria-pressed", "true");
    this.frame = requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    const seconds = Math.min(0.1, (now - (this.last ?? now)) / 1000);
    this.last = now;
    this.share += (this.way * seconds) / SECONDS_ACROSS;
    if (this.share >= 1 || this.share <= 0) {
      this.share = Math.max(0, Math.min(1, this.share));
      this.way = -this.way;
    }
    this.control.share = this.share;
    this.frame = requestAnimationFrame((next) => this.step(next));
  }

  stop() {
    if (!this.control) return;
    cancelAnimationFrame(this.frame);
    this.control.play.setAttribute("aria-pressed", "false");
    this.control = null;
  }
}
