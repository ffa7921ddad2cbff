/** Four numbers from 0 to 255. (node:net has this too, and takes a tenth of the client's start-up time to load.) */
const dotted = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Is this a dotted IPv4 address? */
export function isAddress(text: string | undefined): text is string {
  return text !== undefined && dotted.test(text);
}
