// The address holds the state: #name?slider=value;other?slider=value
// What begins with a slash is the host's own: #/3;name?slider=value is on the third slide.

const readAddress = () => {
  const states = new Map();
  for (const part of location.hash.slice(1).split(";")) {
    const [name, query] = part.split("?");
    if (query) states.set(decodeURIComponent(name), new URLSearchParams(query));
  }
  return states;
};

const writeAddress = (name, changed) => {
  const states = readAddress();
  if ([...changed].length) states.set(name, changed);
  else states.delete(name);
  const hosts = location.hash.slice(1).split(";").filter((part) => part.startsWith("/"));
  const settings = [...states].map(([key, query]) => `${encodeURIComponent(key)}?${query}`);
  const parts = [...hosts, ...settings];
  const hash = parts.length ? `#${parts.join(";")}` : location.pathname + location.search;
  history.replaceState(null, "", hash);
};

// A figure's setting as the address keeps it: only what differs from the first one.
const settingOf = (figure) => {
  const controls = [...figure.controls.values()];
  const moved = controls.filter((control) => control.read() !== control.spec.default);
  return new URLSearchParams(moved.map((control) => [control.spec.name, control.read()]));
};

// Apply what the address says of a figure, the rest at its default; whether it says anything.
const followAddress = (figure) => {
  const query = readAddress().get(figure.spec.name);
  if (!query) return false;
  for (const [name, control] of figure.controls) {
    control.write(control.spec.default);
    if (query.has(name)) control.write(query.get(name));
  }
  figure.update();
  return true;
};
