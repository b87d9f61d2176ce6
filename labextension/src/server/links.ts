import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { ICloneRequest } from './answers';

/**
 * Make a link for others from an address below a server's base URL.
 *
 * On JupyterHub it leads each reader to a server of their own.
 */
export function linkFor(
  url: string,
  baseUrl: string,
  hubPrefix = PageConfig.getOption('hubPrefix'),
  hubHost = PageConfig.getOption('hubHost')
): string {
  const base = new URL(baseUrl);
  const root = hubPrefix
    ? URLExt.join(hubHost || base.origin, hubPrefix, 'user-redirect')
    : base.href;
  return URLExt.join(root, url);
}

/** Which links can be made that give a notebook to whoever has them. */
export interface ILinksOffered {
  /** How long they may last; 0 where there are none. */
  readonly most_hours: number;
  /** May versions be made readable by everybody? */
  readonly public: boolean;
}

/** What the server said of such links with its page. */
export function linksOffered(
  told = PageConfig.getOption('bookstoreLinks')
): ILinksOffered {
  const none = { most_hours: 0, public: false };
  return told ? { ...none, ...JSON.parse(told) } : none;
}

/** The part of a path of the server's that is below its base URL. */
export function pathBelow(path: string, baseUrl: string): string {
  const base = new URL(baseUrl).pathname;
  return path.startsWith(base) ? path.slice(base.length) : path;
}

/** Understand a link to clone from: a clone page's address, or `s3://bucket/key?versionId=…`. */
export function parseLink(text: string): ICloneRequest | null {
  let url: URL;
  try {
    url = new URL(text.trim(), 'http://localhost/');
  } catch {
    return null;
  }
  return url.protocol === 's3:' ? parseS3(text.trim()) : parsePage(url);
}

function parsePage(url: URL): ICloneRequest | null {
  const field = (name: string) => url.searchParams.get(name) ?? '';
  if (!field('s3_bucket') || !field('s3_key')) {
    return parseNext(url);
  }
  return request(
    field('s3_bucket'),
    field('s3_key'),
    field('s3_version_id'),
    field('target_path')
  );
}

/** A login page keeps the link that led to it in `next`. */
function parseNext(url: URL): ICloneRequest | null {
  const next = url.searchParams.get('next');
  return next ? parseLink(next) : null;
}

/** By hand: URL parsers disagree about schemes that they do not know. */
function parseS3(text: string): ICloneRequest | null {
  const match = /^s3:\/\/([^/?]+)\/([^?]+)(?:\?(.*))?$/i.exec(text);
  if (!match) {
    return null;
  }
  const query = new URLSearchParams(match[3] ?? '');
  return request(match[1], match[2], query.get('versionId') ?? '', '');
}

function request(
  s3_bucket: string,
  s3_key: string,
  s3_version_id: string,
  target_path: string
): ICloneRequest {
  return {
    s3_bucket,
    s3_key,
    ...(s3_version_id && { s3_version_id }),
    ...(target_path && { target_path })
  };
}
