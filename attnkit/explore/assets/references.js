// References: the name of an array, a number, a list, or a profile placed and scaled.

const namesIn = (reference) => {
  if (typeof reference === "string") return [reference];
  return reference.affine ? reference.affine.flatMap(namesIn) : [];
};

// A function from values to numbers; a placed profile writes into one buffer of its own.
const feedOf = (reference) => {
  if (typeof reference === "string") return (values) => values[reference].data;
  if (!reference.affine) {
    const fixed = Float64Array.from([reference].flat());
    return () => fixed;
  }
  const parts = reference.affine.map(feedOf);
  let placed = new Float64Array(0);
  return (values) => {
    const [offset, scale, profile] = parts.map((part) => part(values));
    const length = Math.max(offset.length, scale.length, profile.length);
    if (placed.length !== length) placed = new Float64Array(length);
    const at = (part, i) => (part.length === 1 ? part[0] : part[i]);
    for (let i = 0; i < length; i++) placed[i] = at(offset, i) + at(scale, i) * at(profile, i);
    return placed;
  };
};
