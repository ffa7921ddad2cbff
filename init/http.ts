import { writeSync } from "node:fs";
import { errnoOf, Failure } from "../conf/failure.ts";
import { mebibytes } from "./filesystem.ts";
import { inRam, type Progress, type RamFile } from "./ram.ts";
import { addressOf, reach } from "./reach.ts";

/** Asks for a file; what an answer other than 200 means. */
async function ask(url: string): Promise<Response> {
  const { hostname, port } = new URL(url);
  reach(await addressOf(hostname), Number(port || 80), url, "the HTTP server");
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

/** What a URL holds. */
export async function read(url: string): Promise<Uint8Array> {
  const response = await ask(url);
  const data = new Uint8Array(await response.arrayBuffer());
  const size = Number(response.headers.get("content-length"));
  if (data.length >= size) return data;
  throw broken(url, data.length, size);
}

function broken(url: string, got: number, size: number, remedy?: string): Failure {
  const share = `${mebibytes(got)} of ${mebibytes(size)}`;
  return new Failure("unreachable", url, `the connection broke after ${share}`, remedy);
}

/** Downloads an image into RAM, below `directory`. */
export async function download(url: string, directory: string, progress: Progress): Promise<RamFile> {
  const response = await ask(url);
  const size = Number(response.headers.get("content-length"));
  if (!(size > 0))
    throw new Failure("invalid", url, "the server does not say how long it is", "Use another server.");
  const remedy = "Boot over NFS or NBD instead: on the server, ltsp ipxe --transport=nfs";
  return inRam(url, size, directory, remedy, async (fd) => {
    const got = await save(response, fd, (bytes) => progress(bytes / size));
    if (got !== size) throw broken(url, got, size, "It is fetched again.");
  });
}

/** Writes what comes to a file; returns how many bytes came, which is fewer than announced if the connection broke. */
async function save(response: Response, fd: number, progress: (bytes: number) => void): Promise<number> {
  let got = 0;
  try {
    for await (const part of response.body ?? []) {
      for (let written = 0; written < part.length; ) written += writeSync(fd, part, written);
      got += part.length;
      progress(got);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOSPC") throw error;
  }
  return got;
}
