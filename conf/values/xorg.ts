import type { Check } from "./lines.ts";

/** X_DRIVER, with or without quotes. */
export const driverPattern = /^\s*"?[\w-]+"?\s*$/;

/** X_PREFERREDMODE, with or without quotes. */
export const modePattern = /^\s*("[^"\s]+"|[^"\s]+)\s*$/;

/** UDEV_SEAT_n_x: it goes into a udev rule as it is. */
export const devicePathsPattern = /^[^\s"]+$/;

/** X_HORIZSYNC, X_VERTREFRESH: frequencies or ranges of them, with commas or spaces between. */
export const rangesFault: Check = (value) => {
  for (const part of value.trim().split(/[\s,]+/)) {
    const [, low, high] = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/.exec(part) ?? [];
    if (low === undefined) return `"${part}" is none`;
    if (high !== undefined && Number(low) > Number(high)) return `${part} has its larger number first`;
  }
  return undefined;
};

/** X_MODELINE: as `cvt` and `gtf` print it, with or without the word Modeline. */
export const modelineFault: Check = (value) => {
  const [, rest] = /^\s*(?:modeline\s+)?(?:"[^"]+"|[^\s"]+)\s+(.*)$/is.exec(value) ?? [];
  if (rest === undefined) return "there is nothing behind the mode's name";
  const words = rest.trim().split(/\s+/);
  const firstFlag = words.findIndex((word) => !/^\d+(\.\d+)?$/.test(word));
  const numbers = firstFlag < 0 ? words.length : firstFlag;
  if (numbers !== 9) {
    return `${numbers} numbers follow the mode's name, not 9 (in a terminal, cvt 1024 768 85 prints one)`;
  }
  const wrong = words
    .slice(9)
    .find((word) => !/^([+-][hvc]sync|interlace|doublescan|composite|bcast)$/i.test(word));
  return wrong === undefined ? undefined : `${wrong} is no flag of a mode`;
};

/** X_VIRTUAL. */
export const sizeFault: Check = (value) => {
  const [, width, by, height] = /^\s*(\d+)(\s+|\s*[x×,*]\s*)(\d+)\s*$/i.exec(value) ?? [];
  if (by === undefined) return "those are not two numbers";
  return by.trim() === "" ? undefined : `a space stands between the two: ${width} ${height}`;
};
