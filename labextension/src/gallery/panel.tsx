import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { textsOf } from '../server/errors';
import type { Shelf } from '../server/gallery';
import { galleryIcon } from '../ui/icons';
import type { GalleryModel } from './model';
import { IRowActions, Row } from './row';

const SHELVES: readonly Shelf[] = ['all', 'mine', 'starred', 'shared'];
const TITLES = '.bs-Gallery-title';

export interface IPanelActions extends IRowActions {
  /** Publish the current notebook; null where there is none. */
  publish(): (() => void) | null;
}

/** The side panel in which notebooks of the gallery are found, read and cloned. */
export class GalleryPanel extends ReactWidget {
  constructor(
    private readonly _model: GalleryModel,
    private readonly _trans: TranslationBundle,
    private readonly _actions: IPanelActions
  ) {
    super();
    this.id = 'bookstore-gallery';
    this.addClass('bs-Gallery');
    this.title.icon = galleryIcon;
    this.title.caption = _trans.__('Gallery');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('Gallery'));
    _model.changed.connect(() => this.update());
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._model.refresh();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
    void this.renderPromise?.then(() =>
      this.node.querySelector<HTMLElement>('.bs-Gallery-search')?.focus()
    );
  }

  protected override render(): JSX.Element {
    const parts = {
      model: this._model,
      trans: this._trans,
      actions: this._actions
    };
    return (
      <>
        <Header {...parts} />
        <Results {...parts} />
      </>
    );
  }
}

interface IPartProps {
  readonly model: GalleryModel;
  readonly trans: TranslationBundle;
  readonly actions: IPanelActions;
}

function Header({ model, trans }: IPartProps): JSX.Element {
  const names: { readonly [shelf in Shelf]: string } = {
    all: trans.__('All'),
    mine: trans.__('Mine'),
    starred: trans.__('Starred'),
    shared: trans.__('Shared')
  };
  return (
    <div className="bs-Gallery-header">
      <div className="bs-History-titleLine">
        <h2 className="bs-History-title">{trans.__('Gallery')}</h2>
        <button
          type="button"
          className="bs-History-button"
          title={trans.__('Refresh')}
          aria-label={trans.__('Refresh')}
          onClick={() => void model.refresh()}
        >
          <refreshIcon.react tag="span" />
        </button>
      </div>
      <SearchBox model={model} trans={trans} />
      <div
        className="bs-Gallery-shelves"
        role="group"
        aria-label={trans.__('Whose notebooks are listed')}
      >
        {SHELVES.map(shelf => (
          <button
            key={shelf}
            type="button"
            aria-pressed={shelf === model.shelf}
            onClick={() => void model.show(shelf)}
          >
            {names[shelf]}
          </button>
        ))}
      </div>
    </div>
  );
}

function SearchBox(props: {
  model: GalleryModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  const box = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    box.current!.value = model.query; // a tag was chosen, perhaps
  }, [model.query]);
  const typed = (event: React.FormEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    const { inputType } = event.nativeEvent as InputEvent;
    // Whoever chooses a suggestion, or empties the box, has said everything.
    if (inputType === 'insertReplacementText' || !inputType) {
      void model.search(value);
    } else {
      model.typed(value);
    }
  };
  return (
    <form
      role="search"
      onSubmit={event => {
        event.preventDefault();
        const { q } = event.currentTarget.elements as unknown as {
          q: HTMLInputElement;
        };
        void model.search(q.value);
      }}
    >
      <input
        ref={box}
        type="search"
        name="q"
        className="bs-Gallery-search"
        defaultValue={model.query}
        placeholder={trans.__('Search titles, code, people, tags')}
        aria-label={trans.__('Search notebooks')}
        autoComplete="off"
        spellCheck={false}
        list="bs-Gallery-suggestions"
        onInput={typed}
      />
      <datalist id="bs-Gallery-suggestions">
        {model.suggestions.map(text => (
          <option key={text} value={text} />
        ))}
      </datalist>
    </form>
  );
}

function Results({ model, trans, actions }: IPartProps): JSX.Element {
  const { pages } = model;
  const problem = pages.error ? textsOf(pages.error, trans) : null;
  return (
    <div
      className="bs-Gallery-results"
      aria-busy={pages.isLoading}
      onKeyDown={moveFocus}
    >
      {problem && (
        <div className="bs-Gallery-notice" role="alert">
          <p className="bs-Gallery-problem">{problem.message}</p>
          {problem.hint && <p>{problem.hint}</p>}
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => void model.refresh()}
          >
            {trans.__('Try again')}
          </button>
        </div>
      )}
      {!problem && pages.items.length === 0 && (
        <Nothing model={model} trans={trans} actions={actions} />
      )}
      <ul className="bs-Gallery-rows">
        {pages.items.map(item => (
          <Row
            key={item.uuid}
            item={item}
            isOpened={item.uuid === model.opened}
            about={item.uuid === model.opened ? model.about : null}
            error={model.aboutError}
            trans={trans}
            actions={actions}
          />
        ))}
      </ul>
      {pages.hasMore && (
        <button
          type="button"
          className="jp-Button jp-mod-styled bs-Gallery-more"
          disabled={pages.isLoading}
          onClick={() => void pages.more()}
        >
          {pages.isLoading ? trans.__('Loading…') : trans.__('Show More')}
        </button>
      )}
    </div>
  );
}

/** What is said where there is no notebook: what is not there, and what to do about it. */
function Nothing({ model, trans, actions }: IPartProps): JSX.Element {
  const { shelf, query, pages } = model;
  if (!pages.isLoaded) {
    return (
      <div className="bs-Gallery-notice" role="status">
        <p>{trans.__('Loading…')}</p>
      </div>
    );
  }
  const texts: { readonly [shelf in Shelf]: readonly [string, string] } = {
    all: [
      trans.__('Nothing here yet'),
      trans.__('What is published in this gallery is found here.')
    ],
    mine: [
      trans.__('You have not published a notebook yet.'),
      trans.__('Publish one, and it is found here.')
    ],
    starred: [
      trans.__('You have not starred a notebook yet.'),
      trans.__('Open one in the list, and choose Star.')
    ],
    shared: [trans.__('Nobody has shared a notebook with you yet.'), '']
  };
  const [text, hint] = query
    ? [trans.__('No notebook matches “%1”.', query), '']
    : texts[shelf];
  const publish =
    query === '' && (shelf === 'all' || shelf === 'mine')
      ? actions.publish()
      : null;
  return (
    <div className="bs-Gallery-notice" role="status">
      <p className="bs-Gallery-nothing">{text}</p>
      {hint && <p>{hint}</p>}
      {query && shelf !== 'all' && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => void model.show('all')}
        >
          {trans.__('Search all notebooks')}
        </button>
      )}
      {publish && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={publish}
        >
          {trans.__('Publish This Notebook…')}
        </button>
      )}
    </div>
  );
}

/** Go from title to title with the arrow keys. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const titles = [...event.currentTarget.querySelectorAll<HTMLElement>(TITLES)];
  const row = (event.target as HTMLElement).closest('.bs-Gallery-row');
  const at = titles.findIndex(title => row?.contains(title));
  const steps: { readonly [key: string]: number } = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: titles.length - 1
  };
  const title = titles[steps[event.key]];
  if (title) {
    title.focus();
    event.preventDefault();
  }
}
