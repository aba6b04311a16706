// The whole figure on paper, as it stands on the screen: title, setting, keys and panels.

const EDGE = 16;
const LINE = 17;

// Break words to lines of a width.
const wrapped = (parts, between, width, font) => {
  const lines = [""];
  for (const part of parts) {
    const longer = lines.at(-1) ? lines.at(-1) + between + part : part;
    if (lines.at(-1) && widthOf(longer, font) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

class Sheet {
  constructor(figure) {
    this.figure = figure;
    this.colours = onPaper(coloursOf(figure.root));
    this.font = fontOf(this.colours);
    this.box = figure.root.querySelector(".attnkit-figure").getBoundingClientRect();
    const controls = [...figure.controls.values()];
    const setting = controls.map((control) => `${control.spec.label} = ${control.worded()}`);
    this.setting = wrapped(setting, "   ", this.box.width, this.font);
    this.hidden = this.controlsAbove();
    this.top = 40 + LINE * this.setting.length - this.hidden;
    this.width = Math.round(this.box.width) + 2 * EDGE;
    this.height = Math.round(this.box.height) + this.top + EDGE;
  }

  // The controls leave no gap where they stand above all panels.
  controlsAbove() {
    const tops = this.figure.panels.map(({ cell }) => cell.getBoundingClientRect().top);
    return Math.min(...tops) - this.box.top;
  }

  asSvg() {
    const drawing = new SvgContext(this.width, this.height);
    this.draw(drawing, 3);
    return drawing.text();
  }

  asCanvas(ratio) {
    const size = { width: ratio * this.width, height: ratio * this.height };
    const canvas = Object.assign(document.createElement("canvas"), size);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    this.draw(context, ratio);
    return canvas;
  }

  draw(context, ratio) {
    const { colours, figure, setting } = this;
    context.fillStyle = colours.surface;
    context.fillRect(0, 0, this.width, this.height);
    writing(context, colours.ink, fontOf(colours, 16, "600"), "left", "alphabetic");
    context.fillText(figure.spec.title, EDGE, 28);
    writing(context, colours.quiet, this.font, "left", "alphabetic");
    setting.forEach((text, i) => context.fillText(text, EDGE, 48 + LINE * i));
    for (const panel of figure.panels) this.drawPanel(context, panel, ratio);
    figure.repaint(...figure.panels);
  }

  drawPanel(context, panel, ratio) {
    const { left, top, width, height } = panel.plot.getBoundingClientRect();
    const above = panel.cell.getBoundingClientRect().top;
    const [x, y] = [left - this.box.left + EDGE, this.top - this.box.top];
    this.drawKeys(context, panel, { x, y: y + above + 14, width });
    context.save();
    context.translate(x, y + top);
    panel.draw(context, { width, height, ratio }, this.colours);
    context.restore();
  }

  drawKeys(context, panel, { x: left, y: top, width }) {
    const { colours } = this;
    const bold = fontOf(colours, NAME, "600");
    writing(context, colours.ink, bold, "left", "alphabetic");
    context.fillText(panel.spec.title, left, top);
    const { title } = panel.spec;
    let [x, y] = [title ? left + widthOf(title, bold) + 14 : left, top];
    for (const layer of namedLayers(panel)) {
      const room = widthOf(layer.name, this.font) + 40;
      if (x > left && x + room > left + width) [x, y] = [left, y + LINE];
      this.drawSample(context, layer, x, y - 4);
      writing(context, colours.quiet, this.font, "left", "alphabetic");
      context.fillText(layer.name, x + 25, y);
      x += room;
    }
  }

  drawSample(context, { kind, style }, x, y) {
    const tone = this.colours.tone(style.tone);
    context.fillStyle = tone;
    if (kind === "points") {
      context.beginPath();
      context.arc(x + 10, y, 3.5, 0, 2 * Math.PI);
      context.fill();
    } else if (kind === "line" || kind === "rule") {
      const dash = kind === "rule" ? DOTTED : DASHED;
      pen(context, tone, Math.min(style.width ?? 1.8, 4), style.dash ? dash : []);
      strokeLines(context, [[x, y, x + 20, y]]);
      context.setLineDash([]);
    } else {
      context.globalAlpha = kind === "band" ? 0.3 : 1;
      context.fillRect(x + 3, y - 4, 14, 8);
      context.globalAlpha = 1;
    }
  }
}
