import { describe, expect, it } from 'vitest';
import { linkFor, parseLink } from '../src/server/links';

const KEY = { s3_bucket: 'bucket', s3_key: 'published/a b.ipynb' };
const QUERY = 's3_bucket=bucket&s3_key=published%2Fa%20b.ipynb';

describe('a link to clone from', () => {
  it.each([
    `https://hub.example.org/user/ada/bookstore/clone?${QUERY}`,
    `https://hub.example.org/hub/user-redirect/bookstore/clone?${QUERY}`,
    `http://localhost:8888/api/bookstore/cloned?${QUERY}`,
    `bookstore/clone?${QUERY}`,
    `  https://example.org/bookstore/clone?${QUERY}  `,
    `https://hub.example.org/hub/login?next=${encodeURIComponent(`/hub/user-redirect/bookstore/clone?${QUERY}`)}`,
    's3://bucket/published/a b.ipynb'
  ])('is understood: %s', link => {
    expect(parseLink(link)).toEqual(KEY);
  });

  it('may name a version and a place', () => {
    const query = `${QUERY}&s3_version_id=v1&target_path=in%2F`;
    expect(parseLink(`https://h/bookstore/clone?${query}`)).toEqual({
      ...KEY,
      s3_version_id: 'v1',
      target_path: 'in/'
    });
    expect(parseLink('s3://bucket/published/a b.ipynb?versionId=v1')).toEqual({
      ...KEY,
      s3_version_id: 'v1'
    });
  });

  it.each([
    '',
    'https://example.org/',
    'https://example.org/?s3_bucket=bucket',
    's3://bucket',
    's3:///key',
    'http://['
  ])('is not: %j', text => {
    expect(parseLink(text)).toBeNull();
  });
});

describe('a link for others', () => {
  const url = `bookstore/clone?${QUERY}`;

  it('leads to this server', () => {
    const base = 'http://localhost:8888/base/';
    expect(linkFor(url, base, '')).toBe(`http://localhost:8888/base/${url}`);
  });

  it('leads each reader to a server of their own on JupyterHub', () => {
    const base = 'https://hub.example.org/user/ada/';
    expect(linkFor(url, base, '/hub/')).toBe(
      `https://hub.example.org/hub/user-redirect/${url}`
    );
  });
});
