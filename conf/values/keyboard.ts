import type { Check } from "./lines.ts";

/** XKBLAYOUT: one layout, or several with commas between them. */
export const layoutsFault: Check = (value) => {
  const wrong = value.split(",").find((layout) => !/^[a-z][\w-]*$/.test(layout));
  if (wrong === undefined) return undefined;
  const [, layout, variant] = /^([a-z]\w*)\(([\w-]+)\)$/.exec(wrong) ?? [];
  return variant === undefined
    ? `"${wrong}" is none`
    : `${layout}'s variant is written XKBVARIANT=${variant}`;
};

/** XKBVARIANT: a variant for each layout, empty for a layout without. */
export const variantsFault: Check = (value) => {
  const wrong = value.split(",").find((variant) => !/^[\w-]*$/.test(variant));
  return wrong === undefined ? undefined : `"${wrong}" is none`;
};

/** XKBOPTIONS. */
export const optionsFault: Check = (value) => {
  const wrong = value.split(",").find((option) => !/^[\w-]+:[\w.+-]+$/.test(option));
  return wrong === undefined ? undefined : `"${wrong}" is none`;
};

/** XKBMODEL. */
export const modelPattern = /^[\w.+-]+$/;
