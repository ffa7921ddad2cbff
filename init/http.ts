import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { errnoOf, Failure } from "../conf/failure.ts";
import { mebibytes } from "./filesystem.ts";
import { memoryAvailable } from "./kernel.ts";
import { addressOf, reach } from "./reach.ts";
import { detach, MS_NODEV, MS_NOSUID, mount } from "./syscalls.ts";

/** What the system needs beside the image to be of any use, in bytes. */
const REST = 256 * 2 ** 20;

/** Asks for the image; what an answer other than 200 means. */
async function ask(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause) => {
    throw new Failure("unreachable", url, `no answer (${cause.message})`, "Is the HTTP server running?", {
      cause,
    });
  });
  if (response.status === 404)
    throw new Failure(
      "missing",
      url,
      "the server has no such file",
      "On the server: ltsp info lists its images.",
    );
  if (!response.ok)
    throw new Failure("unreachable", url, `the server answers ${response.status} ${response.statusText}`);
  return response;
}

/**
 * Downloads an image into RAM: a tmpfs of its size. Returns the file. `progress` is told the share that is there,
 * 0 to 1.
 */
export async function download(
  url: string,
  directory: string,
  progress: (share: number) => void,
): Promise<string> {
  const { hostname, port } = new URL(url);
  reach(await addressOf(hostname), Number(port || 80), url, "the HTTP server");
  const response = await ask(url);
  const size = Number(response.headers.get("content-length"));
  if (!(size > 0))
    throw new Failure("invalid", url, "the server does not say how long it is", "Use another server.");
  const available = memoryAvailable();
  if (size + REST > available)
    throw new Failure(
      "no-space",
      url,
      `its ${mebibytes(size)} do not fit into this client's RAM (${mebibytes(available)} free)`,
      "Boot over NFS or NBD instead: on the server, ltsp ipxe --transport=nfs",
    );

  mkdirSync(directory, { recursive: true });
  mount("ram", directory, "tmpfs", MS_NOSUID | MS_NODEV, `mode=0700,size=${size + 4096}`);
  const file = `${directory}/image`;
  try {
    const got = await save(response, file, (bytes) => progress(bytes / size));
    if (got === size) return file;
    const share = `${mebibytes(got)} of ${mebibytes(size)}`;
    throw new Failure("unreachable", url, `the connection broke after ${share}`, "It is fetched again.");
  } catch (error) {
    detach(directory); // the half of it that is there would take the RAM of the next try
    throw error;
  }
}

/** Writes what comes to a file; returns how many bytes came, which is fewer than announced if the connection broke. */
async function save(response: Response, file: string, progress: (bytes: number) => void): Promise<number> {
  const fd = openSync(file, "wx", 0o400);
  let got = 0;
  try {
    for await (const part of response.body ?? []) {
      for (let written = 0; written < part.length; ) written += writeSync(fd, part, written);
      got += part.length;
      progress(got);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOSPC") throw error;
  } finally {
    closeSync(fd);
  }
  return got;
}
