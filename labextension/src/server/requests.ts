import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { errorOf } from './errors';

/** The fields of a query; those that are not told are left out. */
export type Query = { [name: string]: string | number | undefined };

/** Sends requests to the routes below one of the server's, and reads the answers. */
export class Requests {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _root: string
  ) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this._request<T>(path + queryString(query), { method: 'GET' });
  }

  send<T>(method: string, path: string, body?: object): Promise<T> {
    return this._request<T>(path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body)
    });
  }

  private async _request<T>(path: string, init: RequestInit): Promise<T> {
    const root = URLExt.join(this._settings.baseUrl, this._root);
    const url = path ? `${root}/${path}` : root;
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this._settings
    );
    const text = await response.text();
    if (!response.ok) {
      throw errorOf(response, text);
    }
    return (text ? JSON.parse(text) : {}) as T;
  }
}

function queryString(query: Query): string {
  const fields = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]
  );
  return fields.length > 0 ? `?${fields.join('&')}` : '';
}
