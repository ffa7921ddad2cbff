import type { Check } from "./lines.ts";
import { readRegex } from "./regex.ts";

const userName = /^[\p{L}_][\p{L}\p{Nd}_.@\\-]*\$?$/u;

/** AUTOLOGIN: a user, or `regex/replacement` pairs that make users of hostnames. */
export const autologinFault: Check = (value) => {
  const words = value.trim().split(/\s+/);
  const [only = ""] = words;
  if (words.length === 1 && !only.includes("/")) return userFault(only);
  for (const word of words) {
    const [regex = "", replacement, ...more] = word.split("/");
    if (replacement === undefined) return `${word} has no / and replacement, as several need`;
    if (more.length > 0) return `there is more than one / in ${word}`;
    if (regex === "") return `there is no regex before the / in ${word}`;
    // sed's have \( \) around what \1 stands for.
    const read = readRegex(regex, regex.includes("\\(") ? "basic" : "extended");
    if (typeof read === "string") return `in ${regex}, ${read}`;
  }
  return undefined;
};

function userFault(word: string): string | undefined {
  if (/^(1|yes|true|on)$/i.test(word)) return `${word} is no user: it names the one who is logged in`;
  if (/^(0|no|false|off)$/i.test(word)) return `${word} is no user; to switch it off, leave it empty`;
  return userName.test(word) ? undefined : `${word} is no user's name`;
}

const howTo = "printf %s 'the-password' | base64 makes one";

/** PASSWORDS_x: words `user-regex/base64`. What is wrong is said without any part of the value. */
export const passwordsFault: Check = (value) => {
  const words = value.trim().split(/\s+/);
  for (const [index, word] of words.entries()) {
    const fault = passwordFault(word);
    if (fault !== undefined) return words.length === 1 ? fault : `${fault} (in word ${index + 1})`;
  }
  return undefined;
};

function passwordFault(word: string): string | undefined {
  const slash = word.indexOf("/");
  const user = slash < 0 ? word : word.slice(0, slash);
  // No user's name has a colon in it; [^:] is another matter.
  if (user.replace(/\\.|\[[^\]]*\]?/g, "").includes(":")) {
    return "a : stands between user and password, where / belongs";
  }
  if (slash < 0) return `there is no / and password behind the user; ${howTo}`;
  if (user === "") return "there is no user before the /";
  if (typeof readRegex(user) === "string") return "the user's part is no regular expression";
  return isEncodedText(word.slice(slash + 1)) ? undefined : `the password is not base64; ${howTo}`;
}

/**
 * Base64, and of text: a password that was left as it is often looks like base64 too, but seldom like that of a text.
 * An empty one is right, and so is the newline that `base64` encodes along when people type into it.
 */
function isEncodedText(encoded: string): boolean {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) return false;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return !/\p{Cc}/u.test(text.replace(/\r?\n$/, ""));
  } catch {
    return false;
  }
}
