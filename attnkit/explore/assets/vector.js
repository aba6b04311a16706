// A drawing instead of an image: the methods of a 2D canvas that our marks use, written as SVG.

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
const short = (number) => String(Math.round(number * 100) / 100);
const ANCHORS = { left: "start", center: "middle", right: "end" };
const DROPS = { top: "0.8em", middle: "0.35em", alphabetic: "0" };

class SvgContext {
  constructor(width, height) {
    Object.assign(this, { width, height, parts: [], path: "", dash: [], nClips: 0, open: [] });
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1 });
    Object.assign(this, { font: "12px sans-serif", textAlign: "left", textBaseline: "alphabetic" });
  }

  beginPath() { this.path = ""; }
  moveTo(x, y) { this.path += `M${short(x)} ${short(y)}`; }
  lineTo(x, y) { this.path += `L${short(x)} ${short(y)}`; }
  rect(x, y, w, h) {
    this.path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;
  }

  // Whole circles only: two half turns.
  arc(x, y, r) {
    const [left, half] = [`M${short(x - r)} ${short(y)}`, `a${short(r)} ${short(r)} 0 1 0 `];
    this.path += `${left}${half}${short(2 * r)} 0${half}${short(-2 * r)} 0z`;
  }

  setLineDash(dash) { this.dash = dash; }
  faint() { return this.globalAlpha === 1 ? "" : ` opacity="${this.globalAlpha}"`; }
  fill() { this.parts.push(`<path d="${this.path}" fill="${this.fillStyle}"${this.faint()}/>`); }
  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    const look = `fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`;
    const rest = `stroke-linejoin="round"${dash}${this.faint()}`;
    this.parts.push(`<path d="${this.path}" ${look} ${rest}/>`);
  }

  fillRect(x, y, w, h) {
    this.beginPath();
    this.rect(x, y, w, h);
    this.fill();
  }

  fillText(text, x, y) {
    const style = `font:${this.font.replace(/"/g, "'")}`;
    const place = `x="${short(x)}" y="${short(y)}" dy="${DROPS[this.textBaseline]}"`;
    const look = `text-anchor="${ANCHORS[this.textAlign]}" fill="${this.fillStyle}"`;
    if (text) this.parts.push(`<text ${place} ${look} style="${style}">${escaped(text)}</text>`);
  }

  drawImage(canvas, x, y, w, h) {
    const place = `x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}"`;
    const look = 'preserveAspectRatio="none" style="image-rendering:pixelated"';
    this.parts.push(`<image ${place} ${look} href="${canvas.toDataURL()}"/>`);
  }

  // Groups instead of a stack of states: what follows lies in the group until `restore`.
  save() { this.open.push(0); }
  group(attribute) {
    this.parts.push(`<g ${attribute}>`);
    this.open.push(this.open.pop() + 1);
  }
  translate(x, y) { this.group(`transform="translate(${short(x)} ${short(y)})"`); }
  rotate(angle) { this.group(`transform="rotate(${short((angle * 180) / Math.PI)})"`); }
  clip() {
    const id = `clip-${SvgContext.serial++}`;
    this.parts.push(`<clipPath id="${id}"><path d="${this.path}"/></clipPath>`);
    this.group(`clip-path="url(#${id})"`);
  }
  restore() { this.parts.push("</g>".repeat(this.open.pop())); }

  text() {
    const { width, height } = this;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.parts.join("")}</svg>`;
  }
}
SvgContext.serial = 1;
