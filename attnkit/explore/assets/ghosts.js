// Settings held as ghosts: up to three, each named by what sets it apart from the setting shown.

const HELD_AT_MOST = 3;

const sameSetting = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class Ghosts {
  constructor(figure) { Object.assign(this, { figure, kept: [] }); }

  // Keep this setting; one that is held already is let go.
  hold() {
    const params = this.figure.params();
    const again = this.kept.find((ghost) => sameSetting(ghost.params, params));
    if (again) return this.letGo(again);
    if (this.kept.length === HELD_AT_MOST) this.letGo(this.kept[0]);
    const taken = this.kept.map(({ nth }) => nth);
    const nth = GHOSTS.findIndex((_, i) => !taken.includes(i));
    this.kept.push({ nth, params });
    for (const panel of this.figure.panels) panel.hold(nth);
    return this.changed();
  }

  letGo(...gone) {
    this.kept = this.kept.filter((ghost) => !gone.includes(ghost));
    for (const panel of this.figure.panels) gone.forEach(({ nth }) => panel.letGo(nth));
    this.changed();
  }

  changed() {
    this.tell();
    this.figure.paint();
  }

  tell() {
    const { figure, kept } = this;
    figure.holdButton.setAttribute("aria-pressed", String(kept.length > 0));
    figure.letGoButton.hidden = !kept.length;
    for (const { heldKeys, ghosts } of figure.panels) {
      const shown = ghosts.length ? kept : [];
      const keys = shown.map((ghost) => ghostKey(ghost.nth, this.nameOf(ghost)));
      if (keys.length || heldKeys.firstChild) heldKeys.replaceChildren(...keys);
    }
  }

  nameOf({ params }) {
    const { figure } = this;
    const apart = [...figure.controls.values()]
      .filter((control) => !sameSetting(params[control.spec.name], control.read()))
      .map((control) => `${control.spec.label} = ${control.worded(params[control.spec.name])}`);
    return apart.join(", ") || figure.words.this_setting;
  }
}

const ghostKey = (nth, text) => {
  const drawing = new SvgContext(26, 10);
  pen(drawing, "currentColor", 1.8, GHOSTS[nth]);
  strokeLines(drawing, [[0, 5, 26, 5]]);
  const sample = make("i", { class: "attnkit-ghost" });
  sample.innerHTML = drawing.text();
  return make("span", { class: "attnkit-key" }, sample, text);
};
