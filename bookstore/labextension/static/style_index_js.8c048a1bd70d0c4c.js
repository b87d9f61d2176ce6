"use strict";(self.rspackChunkbookstore_labextension=self.rspackChunkbookstore_labextension||[]).push([["style_index_js"],{"./node_modules/css-loader/dist/cjs.js!./style/base.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=r.n(t),n=r("./node_modules/css-loader/dist/cjs.js!./style/history.css"),l=r("./node_modules/css-loader/dist/cjs.js!./style/views.css"),d=r("./node_modules/css-loader/dist/cjs.js!./style/compare.css"),p=r("./node_modules/css-loader/dist/cjs.js!./style/folding.css"),b=r("./node_modules/css-loader/dist/cjs.js!./style/status.css"),c=r("./node_modules/css-loader/dist/cjs.js!./style/lists.css"),f=r("./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"),u=r("./node_modules/css-loader/dist/cjs.js!./style/gallery.css"),x=a()(s());x.i(n.A),x.i(l.A),x.i(d.A),x.i(p.A),x.i(b.A),x.i(c.A),x.i(f.A),x.i(u.A),x.push([o.id,`/* What is said in passing: JupyterLab's own is smaller than 11 pixels, smaller still inside of
   itself, and too pale on a row that is pointed at. */

:root {
  --bs-font-color2: color-mix(
    in srgb,
    var(--jp-ui-font-color1) 72%,
    transparent
  );
  --bs-font-size0: calc(var(--jp-ui-font-size1) * 0.85);
}
`,""]),r.d(e,{},{A:x})},"./node_modules/css-loader/dist/cjs.js!./style/compare.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`/* Comparisons, cell by cell. */

.bs-Diff {
  --bs-added-line: color-mix(
    in srgb,
    var(--jp-success-color1) 14%,
    transparent
  );
  --bs-added-text: color-mix(
    in srgb,
    var(--jp-success-color1) 40%,
    transparent
  );
  --bs-removed-line: color-mix(
    in srgb,
    var(--jp-error-color1) 12%,
    transparent
  );
  --bs-removed-text: color-mix(
    in srgb,
    var(--jp-error-color1) 38%,
    transparent
  );

  box-sizing: border-box;
  container-type: inline-size;
  padding: 0 12px 24px;
}

.bs-Diff-head {
  background: var(--jp-layout-color1);
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  margin-bottom: 12px;
  position: sticky;
  top: 0;
  z-index: 4;
}

.bs-Diff-tools {
  align-items: center;
  color: var(--bs-font-color2);
  display: flex;
  font-size: var(--bs-font-size0);
  gap: 4px;
  padding-top: 4px;
}

.bs-Diff-tool {
  align-items: center;
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  cursor: pointer;
  display: inline-flex;
  height: 24px;
  justify-content: center;
  padding: 0;
  width: 24px;
}

.bs-Diff-tool:hover:not(:disabled) {
  background: var(--jp-layout-color3);
}

.bs-Diff-tool:disabled {
  cursor: default;
  opacity: 0.4;
}

.bs-Diff-tool:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
}

.bs-Diff-switches {
  display: flex;
  flex-wrap: wrap;
  gap: 0 12px;
  justify-content: flex-end;
  margin-left: auto;
}

.bs-Diff-switch {
  align-items: center;
  cursor: pointer;
  display: inline-flex;
  gap: 4px;
}

.bs-Diff.bs-mod-noOutputs [data-part='outputs'],
.bs-Diff.bs-mod-noOutputs .bs-mod-outputsOnly {
  display: none;
}

.bs-Diff:focus-visible,
.bs-Diff-cell:focus {
  outline: none;
}

.bs-Diff-cell:focus > .bs-Diff-cellHeader {
  box-shadow: inset 2px 0 0 var(--jp-brand-color1);
  padding-left: 8px;
}

.bs-Diff-columns {
  display: grid;
  gap: 12px;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  padding: 4px 0 8px;
}

.bs-Diff-columns > div {
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-Diff-folded {
  margin-bottom: 12px;
}

.bs-Diff-cell .bs-Diff-folded {
  margin: 4px 0 0;
}

.bs-Diff-run > .bs-Diff-cellBody {
  margin-top: 8px;
}

.bs-Diff-cell {
  margin-bottom: 20px;
}

.bs-Diff-cellHeader {
  align-items: center;
  color: var(--bs-font-color2);
  display: flex;
  font-size: var(--bs-font-size0);
  gap: 8px;
  justify-content: space-between;
  min-height: 28px;
}

.bs-Diff-cellBody {
  contain-intrinsic-size: auto 80px;
  content-visibility: auto;
}

.bs-Diff-cellBody[aria-busy='true'] {
  min-height: 80px;
}

/* A cell of one side only stands on that side. */

.bs-Diff-cell.bs-mod-added {
  margin-left: calc(50% + 6px);
}

.bs-Diff-cell.bs-mod-removed {
  margin-right: calc(50% + 6px);
}

@container (max-width: 600px) {
  .bs-Diff-cell.bs-mod-added {
    margin-left: 10%;
  }

  .bs-Diff-cell.bs-mod-removed {
    margin-right: 10%;
  }

  /* Both sides of a text are one column: its colours are those of the two names. */
  .bs-Diff-columns {
    gap: 2px;
    grid-template-columns: minmax(0, 1fr);
  }

  .bs-Diff-columns > div {
    border-left: 3px solid var(--jp-error-color1);
    padding-left: 8px;
  }

  .bs-Diff-columns > div:last-child {
    border-left-color: var(--jp-success-color1);
  }
}

.bs-Diff-partName {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
  line-height: 24px;
}

.bs-Diff-partName::first-letter,
.bs-Diff-note::first-letter {
  text-transform: uppercase;
}

.bs-Diff-note {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
  line-height: 20px;
  overflow-wrap: anywhere;
}

.bs-Diff-failure {
  border-left: 3px solid var(--jp-warn-color1);
  padding-left: 8px;
}

.bs-Diff-failure pre {
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  margin: 0;
  max-height: 30vh;
  overflow: auto;
  white-space: pre-wrap;
}

/* Texts */

.bs-Diff-text {
  border: var(--jp-border-width) solid var(--jp-border-color2);
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  line-height: var(--jp-code-line-height);
}

.bs-Diff-text > .cm-mergeView,
.bs-Diff-text > .cm-editor {
  max-height: 70vh;
  overflow: auto;
}

.bs-View .bs-Diff-text .cm-editor {
  background: var(--jp-cell-editor-background);
  outline: none;
}

.bs-View .bs-Diff-text .cm-editor:focus-within {
  box-shadow: inset 0 0 0 1px var(--jp-brand-color1);
}

.bs-View .bs-Diff-text .cm-gutters {
  background: transparent;
  border: none;
  color: var(--jp-ui-font-color3);
  min-width: 0;
}

.bs-View .bs-Diff-text .cm-mergeViewEditor {
  min-width: 0;
}

.bs-View .bs-Diff-text .cm-mergeViewEditor + .cm-mergeViewEditor {
  border-left: var(--jp-border-width) solid var(--jp-border-color2);
}

.bs-View .bs-Diff-text .cm-collapsedLines {
  background: var(--jp-layout-color2);
  color: var(--bs-font-color2);
  cursor: pointer;
  font-family: var(--jp-ui-font-family);
  font-size: var(--bs-font-size0);
  padding: 2px 12px;
}

.bs-View .bs-Diff-text .cm-collapsedLines::before,
.bs-View .bs-Diff-text .cm-collapsedLines::after {
  content: none;
}

.bs-View .bs-Diff-text .cm-collapsedLines:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.bs-View .bs-Diff-text .cm-changedLine {
  background: var(--bs-added-line);
}

.bs-View .bs-Diff-text .cm-changedText {
  background: var(--bs-added-text);
}

.bs-View .bs-Diff-text .cm-merge-a .cm-changedLine,
.bs-View .bs-Diff-text .cm-deletedChunk {
  background: var(--bs-removed-line);
}

.bs-View .bs-Diff-text .cm-merge-a .cm-changedText,
.bs-View .bs-Diff-text .cm-deletedChunk .cm-deletedText {
  background: var(--bs-removed-text);
}

.bs-View .bs-Diff-text .cm-changeGutter {
  padding: 0;
  width: 3px;
}

.bs-View .bs-Diff-text .cm-changedLineGutter {
  background: var(--jp-success-color1);
}

.bs-View .bs-Diff-text .cm-merge-a .cm-changedLineGutter,
.bs-View .bs-Diff-text .cm-deletedLineGutter {
  background: var(--jp-error-color1);
}

.bs-View .bs-Diff-cell.bs-mod-added .bs-Diff-text .cm-content {
  background: var(--bs-added-line);
}

.bs-View .bs-Diff-cell.bs-mod-removed .bs-Diff-text .cm-content {
  background: var(--bs-removed-line);
}

.bs-Diff-context > .cm-editor {
  max-height: 30vh;
}

/* Outputs and attachments, each on its side */

.bs-Diff-sides {
  display: grid;
  gap: 12px;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
}

.bs-Diff-side {
  max-height: 70vh;
  min-width: 0;
  overflow: auto;
}

.bs-Diff-side:empty {
  max-height: none;
}

.bs-Diff-sides > :first-child:not(:empty) {
  border-left: 3px solid var(--bs-removed-text);
  padding-left: 6px;
}

.bs-Diff-sides > :last-child:not(:empty) {
  border-left: 3px solid var(--bs-added-text);
  padding-left: 6px;
}

/* Markdown as it reads */

.bs-Diff-read {
  overflow: auto;
}

.bs-Diff-read .jp-InternalAnchorLink {
  display: none;
}

.bs-Diff-read img,
.bs-Diff-read svg {
  height: auto;
  max-width: 100%;
}

.bs-Diff-cell.bs-mod-added .bs-Diff-read,
.bs-Diff .bs-Diff-read .bs-Diff-readPart.bs-mod-added {
  background: var(--bs-added-line);
}

.bs-Diff-cell.bs-mod-removed .bs-Diff-read,
.bs-Diff .bs-Diff-read .bs-Diff-readPart.bs-mod-removed {
  background: var(--bs-removed-line);
}

@container (max-width: 560px) {
  .bs-Diff-sides.bs-mod-read {
    grid-template-columns: minmax(0, 1fr);
  }
}

.bs-Diff-output {
  min-width: 0;
  overflow: auto;
  padding: 4px 0;
}

.bs-Diff-output img,
.bs-Diff-output svg {
  height: auto;
  max-width: 100%;
}

.bs-Diff-attachment {
  margin: 4px 0;
}

.bs-Diff-attachment img {
  display: block;
  max-height: 240px;
  max-width: 100%;
}

.bs-Diff-attachment figcaption {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
  line-height: 20px;
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`.bs-DialogText {
  width: 440px;
  max-width: 80vw;
  font-size: var(--jp-ui-font-size1);
  line-height: 1.5;
}

.bs-DialogText p {
  margin: 0 0 12px;
  overflow-wrap: anywhere;
}

.bs-DialogText p:empty {
  display: none;
}

.bs-DialogText-path {
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
}

.bs-DialogText-warning {
  color: var(--jp-warn-color0);
}

.bs-DialogText-error {
  color: var(--jp-error-color1);
}

.bs-Field {
  display: flex;
  flex-direction: column;
  gap: 4px;
  margin: 0 0 12px;
}

.bs-Field small {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
}

.bs-Field .jp-HTMLSelect select {
  width: 100%;
}

.bs-LinkField {
  display: flex;
  margin-bottom: 12px;
  align-items: center;
  gap: 8px;
}

.bs-LinkField input.jp-mod-styled {
  flex: 1;
  min-width: 0;
  margin: 0;
  text-overflow: ellipsis;
}

.bs-LinkField .bs-LinkField-copy {
  flex: none;
  min-width: 96px;
  justify-content: center;
}

.bs-PublishDialog .jp-Dialog-content {
  max-height: 92vh;
  max-width: min(640px, 94vw);
}

.bs-PublishDialog.bs-mod-busy .jp-Dialog-content {
  cursor: progress;
  opacity: 0.7;
}

.bs-PublishDialog-body.jp-Dialog-body {
  overflow: hidden auto;
  width: min(580px, 84vw);
}

.bs-Words {
  display: flex;
  flex-direction: column;
  font-size: var(--jp-ui-font-size1);
  gap: 12px;
  line-height: 1.5;
  /* Outlines of fields are not cut off. */
  padding: 2px;
}

.bs-Words p {
  margin: 0;
}

.bs-Words label,
.bs-Words-field > label {
  display: flex;
  flex-direction: column;
  gap: 4px;
}

.bs-Words label.bs-Words-check {
  align-items: baseline;
  flex-direction: row;
  gap: 8px;
}

.bs-Words-check input {
  flex: none;
  margin: 0;
}

.bs-Words fieldset {
  border: none;
  margin: 0;
  min-width: 0;
  padding: 0;
}

.bs-Words legend {
  overflow-wrap: anywhere;
  padding: 0 0 4px;
}

.bs-Words-field > label > span,
.bs-Words legend {
  font-weight: 600;
}

.bs-Words input[type='text'],
.bs-Words textarea,
.bs-Words select {
  background: var(--jp-input-background);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  box-sizing: border-box;
  color: var(--jp-ui-font-color0);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  padding: 6px 8px;
  resize: vertical;
  width: 100%;
}

.bs-Words select option {
  background: var(--jp-layout-color1);
}

.bs-Words .bs-mod-wrong input,
.bs-Words .bs-mod-wrong textarea,
.bs-Words .bs-mod-wrong select {
  border-color: var(--jp-error-color1);
}

.bs-Words input:focus-visible,
.bs-Words textarea:focus-visible,
.bs-Words select:focus-visible {
  outline: 1px solid var(--jp-input-active-border-color);
}

.bs-Words small,
.bs-Words-note {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
}

.bs-Words-pair {
  display: grid;
  gap: 12px;
  grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
}

.bs-Words-proposals {
  align-items: center;
  color: var(--bs-font-color2);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--bs-font-size0);
  gap: 4px;
  margin-top: -8px;
}

.bs-Words-alert {
  border-inline-start: 3px solid var(--jp-error-color1);
  overflow-wrap: anywhere;
  padding: 4px 12px;
}

.bs-PublishDialog .bs-PublishDialog-link.jp-mod-styled {
  background: transparent;
  color: var(--jp-content-link-color);
  margin-inline-end: auto;
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/folding.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`/* Bars in place of what is long or the same, and long texts in pieces. */

.bs-View button.bs-Fold {
  background: var(--jp-layout-color2);
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--bs-font-color2);
  cursor: pointer;
  display: block;
  font-family: var(--jp-ui-font-family);
  font-size: var(--bs-font-size0);
  height: 24px;
  letter-spacing: normal;
  line-height: 24px;
  margin: 0;
  min-height: 0;
  overflow: hidden;
  padding: 0 12px;
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
  width: 100%;
}

.bs-View button.bs-Fold:hover {
  background: var(--jp-layout-color3);
}

.bs-View button.bs-Fold:focus-visible,
.bs-Pieces:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.bs-Pieces {
  max-height: 70vh;
  overflow: auto;
}

.bs-Piece {
  contain: content;
  content-visibility: auto;
}

/* As JupyterLab has it for an output that is in nothing else. */

.bs-Folding > .jp-RenderedHTMLCommon table {
  margin-left: 0;
  margin-right: 0;
}

.jp-OutputArea-executeResult .bs-Folding > .jp-RenderedText:first-child {
  border-top: var(--jp-border-width) solid transparent;
  padding-top: var(--jp-code-padding);
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/gallery.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`/* The gallery's panel, and previews of its notebooks. */

.bs-Gallery {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-direction: column;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  min-width: 250px;
  outline: none;
  overflow: hidden;
}

.bs-Gallery-header {
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  display: flex;
  flex: none;
  flex-direction: column;
  gap: 6px;
  padding: 8px 8px 8px 12px;
}

.bs-Gallery-search {
  background: var(--jp-input-background);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  box-sizing: border-box;
  color: var(--jp-ui-font-color0);
  font-family: inherit;
  font-size: var(--jp-ui-font-size1);
  height: 28px;
  padding: 0 8px;
  width: 100%;
}

.bs-Gallery-search::placeholder {
  color: var(--bs-font-color2);
}

[data-jp-theme-light='false'] .bs-Gallery-search {
  color-scheme: dark;
}

.bs-Gallery-shelves {
  display: flex;
  flex-wrap: wrap;
  gap: 2px;
}

.bs-Gallery-shelves button,
.bs-Gallery-act,
.bs-Gallery-tag,
.bs-Framed-button {
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color1);
  cursor: pointer;
  font-family: inherit;
  font-size: var(--bs-font-size0);
  line-height: 22px;
  margin: 0;
  padding: 0 8px;
}

.bs-Gallery-shelves button[aria-pressed='true'] {
  background: var(--jp-layout-color3);
  color: var(--jp-ui-font-color0);
  font-weight: 600;
}

.bs-Gallery-shelves button:hover,
.bs-Gallery-act:hover,
.bs-Gallery-tag:hover,
.bs-Framed-button:hover {
  background: var(--jp-layout-color3);
}

.bs-Gallery-search:focus-visible,
.bs-Gallery button:focus-visible,
.bs-Framed-button:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.bs-Gallery-results {
  flex: 1 1 0;
  min-height: 0;
  overflow: hidden auto;
}

.bs-Gallery-rows {
  list-style: none;
  margin: 0;
  padding: 0;
}

.bs-Gallery-row {
  border-bottom: var(--jp-border-width) solid var(--jp-border-color3);
  line-height: 1.4;
  overflow-wrap: anywhere;
  padding: 8px 12px;
}

.bs-Gallery-row:hover,
.bs-Gallery-row.bs-mod-opened {
  background: var(--jp-layout-color2);
}

.bs-Gallery-title {
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color0);
  cursor: pointer;
  display: -webkit-box;
  font-family: inherit;
  font-size: var(--jp-ui-font-size1);
  font-weight: 600;
  line-height: 1.4;
  margin: 0;
  overflow: hidden;
  padding: 0;
  text-align: start;
  width: 100%;
}

.bs-mod-opened .bs-Gallery-title {
  -webkit-line-clamp: none;
}

.bs-Gallery-about {
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  display: -webkit-box;
  margin: 2px 0;
  overflow: hidden;
}

.bs-mod-opened .bs-Gallery-about {
  -webkit-line-clamp: none;
}

.bs-Gallery-about:empty {
  display: none;
}

.bs-Gallery-about mark {
  background: var(--jp-search-unselected-match-background-color, #fff59d);
  color: var(--jp-search-unselected-match-color, #000);
}

.bs-Gallery-about .bs-mod-code {
  font-family: var(--jp-code-font-family);
  font-size: var(--bs-font-size0);
}

.bs-Gallery-facts {
  color: var(--bs-font-color2);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--bs-font-size0);
}

.bs-Gallery-facts > span:not(:last-child)::after {
  content: '\xb7';
  margin: 0 6px;
}

.bs-Gallery-opened {
  display: flex;
  flex-direction: column;
  gap: 6px;
  margin-top: 6px;
}

.bs-Gallery-opened p {
  margin: 0;
}

.bs-Gallery-deprecated {
  color: var(--jp-warn-color0);
}

.bs-Gallery-tags,
.bs-Gallery-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}

button.bs-Gallery-tag {
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: 11px;
  line-height: 20px;
  max-width: 100%;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-Gallery-act {
  align-items: center;
  border: var(--jp-border-width) solid var(--jp-border-color1);
  display: inline-flex;
  gap: 4px;
  white-space: nowrap;
}

.bs-Gallery-act:disabled {
  cursor: default;
  opacity: 0.5;
}

.bs-Gallery-act svg {
  display: block;
  height: 16px;
  width: 16px;
}

.bs-Gallery-act.bs-mod-main {
  border-color: var(--jp-brand-color1);
  color: var(--jp-content-link-color);
  font-weight: 600;
}

.bs-Gallery-notice {
  color: var(--bs-font-color2);
  padding: 24px 16px;
  text-align: center;
}

.bs-Gallery-notice p {
  margin: 0 0 8px;
  overflow-wrap: anywhere;
}

.bs-Gallery-nothing {
  color: var(--jp-ui-font-color1);
  font-weight: 600;
}

.bs-Gallery-problem,
.bs-Framed-problem {
  color: var(--jp-error-color1);
  overflow-wrap: anywhere;
}

.bs-Gallery-more.jp-Button {
  display: block;
  margin: 8px auto 12px;
}

/* Preview */

.bs-Framed {
  display: flex;
  flex-direction: column;
}

.bs-View-body.bs-Framed {
  overflow: hidden;
}

.bs-Framed-frame {
  background: var(--jp-layout-color1);
  border: none;
  flex: 1 1 0;
  min-height: 0;
  width: 100%;
}

.bs-Framed-bar {
  align-items: center;
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
  color: var(--bs-font-color2);
  display: flex;
  flex: none;
  flex-wrap: wrap;
  font-size: var(--bs-font-size0);
  gap: 4px 12px;
  min-height: 24px;
  padding: 4px 12px;
}

.bs-Framed-button {
  border: var(--jp-border-width) solid var(--jp-border-color1);
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/history.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`/* The history panel. Row heights are also in src/history/rows.ts. */

.bs-History {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-direction: column;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  min-width: 250px;
  outline: none;
  overflow: hidden;
}

.bs-History-header {
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  flex: 0 0 auto;
  padding: 8px 8px 8px 12px;
}

.bs-History-titleLine {
  align-items: center;
  display: flex;
  gap: 4px;
}

.bs-History-title {
  color: var(--jp-ui-font-color1);
  flex: 1 1 auto;
  font-size: var(--bs-font-size0);
  font-weight: 600;
  letter-spacing: 1px;
  line-height: 24px;
  margin: 0;
  text-transform: uppercase;
}

.bs-History-nameLine {
  align-items: center;
  display: flex;
  gap: 4px;
  min-height: 24px;
}

.bs-History-name {
  flex: 1 1 auto;
  min-width: 0;
  color: var(--bs-font-color2);
  line-height: 18px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-History-filter {
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--bs-font-color2);
  cursor: pointer;
  flex: 0 1 auto;
  font-family: inherit;
  font-size: var(--bs-font-size0);
  field-sizing: content;
  height: 24px;
  min-width: 0;
  padding: 0 4px;
}

.bs-History-button,
.bs-Version-tool {
  align-items: center;
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  cursor: pointer;
  display: inline-flex;
  height: 24px;
  justify-content: center;
  padding: 0;
  width: 24px;
}

.bs-History-filter option {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
}

.bs-History-filter:hover,
.bs-History-button:hover,
.bs-Version-tool:hover {
  background: var(--jp-layout-color3);
}

.bs-History-button svg,
.bs-Version-tool svg,
.bs-Version-icon svg {
  display: block;
  height: 16px;
  width: 16px;
}

.bs-History-back:focus-visible,
.bs-History-button:focus-visible,
.bs-History-filter:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: 1px;
}

.bs-History-button[aria-busy='true'] svg {
  animation: bs-turn 1s linear infinite;
}

@keyframes bs-turn {
  to {
    transform: rotate(360deg);
  }
}

/* Nothing to list */

.bs-History-message {
  align-items: center;
  color: var(--bs-font-color2);
  display: flex;
  flex-direction: column;
  gap: 4px;
  padding: 32px 24px;
  text-align: center;
}

.bs-History-message p {
  margin: 0;
  overflow-wrap: anywhere;
}

.bs-History-messageIcon svg {
  height: 32px;
  opacity: 0.6;
  width: 32px;
}

.bs-History-messageText {
  color: var(--jp-ui-font-color1);
  font-weight: 600;
}

.bs-History-message.bs-mod-error .bs-History-messageText {
  color: var(--jp-error-color1);
}

.bs-History-retry {
  margin-top: 8px;
}

.bs-History-problem {
  background: color-mix(in srgb, var(--jp-warn-color1) 12%, transparent);
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  flex: 0 0 auto;
  font-size: var(--bs-font-size0);
  line-height: 16px;
  overflow-wrap: anywhere;
  padding: 8px 12px;
}

.bs-History-elsewhere {
  align-items: center;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  display: flex;
  flex: 0 0 auto;
  font-size: var(--jp-ui-font-size0);
  gap: 8px;
  line-height: 16px;
  padding: 6px 12px;
}

.bs-History-elsewhereText {
  flex: 1 1 auto;
  min-width: 0;
  overflow-wrap: anywhere;
}

.bs-History-join {
  flex: 0 0 auto;
}

.bs-History-loading {
  display: flex;
  flex-direction: column;
  gap: 12px;
  padding: 16px 12px;
}

.bs-History-placeholder {
  animation: bs-breathe 1.4s ease-in-out infinite alternate;
  background: var(--jp-layout-color2);
  border-radius: var(--jp-border-radius);
  height: 36px;
}

@keyframes bs-breathe {
  to {
    opacity: 0.4;
  }
}

/* The list */

.bs-VersionList {
  flex: 1 1 0;
  min-height: 0;
  outline: none;
  overflow-x: hidden;
  overflow-y: auto;
}

.bs-VersionList-rows {
  position: relative;
}

.bs-VersionList-older {
  display: block;
  margin: 8px auto;
}

.bs-VersionList-row {
  left: 0;
  position: absolute;
  right: 0;
}

.bs-VersionList-day {
  box-sizing: border-box;
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
  font-weight: 600;
  height: 32px;
  line-height: 16px;
  padding: 12px 12px 4px;
}

.bs-Version {
  align-items: center;
  box-sizing: border-box;
  cursor: pointer;
  display: flex;
  gap: 8px;
  height: 52px;
  padding: 0 8px 0 12px;
  position: relative;
}

.bs-Version:hover {
  background: var(--jp-layout-color2);
}

.bs-Version.bs-mod-active {
  background: var(--jp-layout-color2);
}

.bs-Version.bs-mod-chosen {
  background: color-mix(
    in srgb,
    var(--jp-brand-color1) 14%,
    var(--jp-layout-color1)
  );
}

.bs-VersionList:focus .bs-Version.bs-mod-active {
  box-shadow: inset 2px 0 0 var(--jp-brand-color1);
}

.bs-VersionList:focus-visible .bs-Version.bs-mod-active {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.bs-Version.bs-mod-empty {
  cursor: default;
}

.bs-Version-lead {
  align-items: center;
  display: flex;
  flex: 0 0 16px;
  height: 16px;
  justify-content: center;
}

.bs-Version-check {
  display: none;
  height: 14px;
  margin: 0;
  width: 14px;
}

.bs-Version:hover .bs-Version-check,
.bs-Version.bs-mod-choosing .bs-Version-check {
  display: block;
}

.bs-Version:not(.bs-mod-empty):hover .bs-Version-icon,
.bs-Version.bs-mod-choosing:not(.bs-mod-empty) .bs-Version-icon {
  display: none;
}

.bs-Version-text {
  flex: 1 1 auto;
  min-width: 0;
}

/* What does not fit beside the main part is left out: it would stand on a line of its own. */

.bs-Version-line {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  height: 18px;
  line-height: 18px;
  overflow: hidden;
  white-space: nowrap;
}

.bs-Version-main {
  align-items: baseline;
  display: flex;
  flex: 0 1 auto;
  gap: 6px;
  max-width: 100%;
  min-width: 0;
}

.bs-Version-line.bs-mod-second {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
}

.bs-Version-time {
  flex: 0 0 auto;
  color: var(--jp-ui-font-color1);
  font-variant-numeric: tabular-nums;
}

.bs-Version-kind {
  color: var(--bs-font-color2);
  flex: 0 1 auto;
  font-size: var(--bs-font-size0);
  overflow: hidden;
  text-overflow: ellipsis;
}

.bs-Version-current,
.bs-Version-label {
  border-radius: 8px;
  box-sizing: border-box;
  font-size: var(--bs-font-size0);
  height: 16px;
  line-height: 16px;
  padding: 0 6px;
}

.bs-Version-current {
  border: var(--jp-border-width) solid var(--jp-border-color1);
  color: var(--jp-ui-font-color1);
  flex: 0 0 auto;
  line-height: 14px;
}

.bs-Version-label {
  background: color-mix(in srgb, var(--jp-brand-color1) 18%, transparent);
  color: var(--jp-ui-font-color0);
  flex: 0 0 auto;
  font-weight: 600;
  max-width: 75%;
  overflow: hidden;
  text-overflow: ellipsis;
}

.bs-Version-size,
.bs-Version-change {
  flex: 0 0 auto;
  font-size: var(--bs-font-size0);
  font-variant-numeric: tabular-nums;
  margin-left: auto;
}

.bs-Version-size {
  color: var(--bs-font-color2);
}

.bs-Version-change {
  color: var(--bs-font-color2);
}

.bs-Version-facts,
.bs-Version-waiting {
  flex: 0 1 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}

.bs-Version-excerpt {
  background: none;
  color: var(--jp-ui-font-color1);
  flex: 1 1 8ch;
  font-family: var(--jp-code-font-family);
  font-size: var(--bs-font-size0);
  min-width: 0;
  overflow: hidden;
  padding: 0;
  text-overflow: ellipsis;
}

.bs-Version-waiting {
  font-style: italic;
}

.bs-mod-failed .bs-Version-waiting {
  color: var(--jp-warn-color0);
  font-style: normal;
}

.bs-mod-failed .bs-Version-icon .jp-icon3[stroke] {
  stroke: var(--jp-warn-color1);
}

.bs-mod-refused .bs-Version-waiting {
  color: var(--jp-error-color1);
}

.bs-mod-refused .bs-Version-icon .jp-icon3[stroke] {
  stroke: var(--jp-error-color1);
}

.bs-mod-empty .bs-Version-time {
  color: var(--bs-font-color2);
}

.bs-Version-tools {
  background: inherit;
  display: none;
  padding-left: 8px;
  position: absolute;
  right: 4px;
  top: 4px;
}

.bs-Version:hover .bs-Version-tools,
.bs-VersionList:focus-visible .bs-mod-active .bs-Version-tools {
  display: flex;
}

/* Autosaves one after the other */

.bs-Session-opened {
  align-items: center;
  background: transparent;
  border: none;
  box-sizing: border-box;
  color: var(--bs-font-color2);
  cursor: pointer;
  display: flex;
  font-family: inherit;
  font-size: var(--bs-font-size0);
  gap: 8px;
  height: 32px;
  padding: 0 8px 0 12px;
  text-align: left;
  white-space: nowrap;
  width: 100%;
}

.bs-Session-opened:hover {
  background: var(--jp-layout-color2);
}

.bs-Session .bs-Version-time {
  font-size: var(--bs-font-size0);
}

.bs-Version.bs-Session:hover .bs-Version-icon {
  display: block;
}

.bs-Version.bs-mod-inSession {
  padding-left: 24px;
}

.bs-Version.bs-mod-inSession::before {
  background: var(--jp-border-color1);
  bottom: 0;
  content: '';
  left: 19px;
  position: absolute;
  top: 0;
  width: 1px;
}

/* What is looked for, and what was found */

.bs-History-search {
  margin-top: 4px;
  padding-right: 4px;
}

.bs-History-search input[type='search'] {
  box-sizing: border-box;
  font-size: var(--jp-ui-font-size1);
  height: 28px;
  width: 100%;
}

.bs-History-search input::placeholder,
.bs-List-search::placeholder {
  color: var(--bs-font-color2);
  opacity: 1;
}

/* Fields that are seldom needed: shown once somebody is about to search. They stay, for what goes
   when the keyboard goes moves the rows away from below the mouse that clicks. */

.bs-History-more:not([hidden]) {
  display: flex;
  gap: 4px;
  margin-top: 4px;
}

.bs-History-more > * {
  flex: 1 1 0;
  min-width: 0;
}

.bs-History-button[aria-pressed='true'] {
  background: var(--jp-layout-color2);
}

/* What is listed instead of the whole history, and the way back to it */

.bs-History-part {
  align-items: center;
  color: var(--bs-font-color2);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--bs-font-size0);
  gap: 0 8px;
  justify-content: space-between;
  line-height: 24px;
  margin-top: 4px;
}

.bs-History-part .bs-History-excerpt {
  flex: 1 0 100%;
}

.bs-History-back {
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-content-link-color);
  cursor: pointer;
  font-family: inherit;
  font-size: inherit;
  line-height: inherit;
  padding: 0 4px;
}

.bs-History-back:hover {
  background: var(--jp-layout-color2);
}

.bs-History-everywhere {
  align-items: center;
  color: var(--bs-font-color2);
  cursor: pointer;
  display: flex;
  font-size: var(--bs-font-size0);
  gap: 4px;
  line-height: 24px;
}

.bs-History-found {
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  color: var(--jp-ui-font-color1);
  flex: 0 0 auto;
  font-size: var(--bs-font-size0);
  line-height: 18px;
  padding: 8px 12px;
}

.bs-History-excerpt {
  background: none;
  color: var(--jp-ui-font-color1);
  display: block;
  font-family: var(--jp-code-font-family);
  font-size: var(--bs-font-size0);
  overflow-wrap: anywhere;
  padding: 0;
  white-space: pre-wrap;
}

.bs-History-notebooks {
  flex: 1 1 0;
  list-style: none;
  margin: 0;
  overflow-y: auto;
  padding: 0;
}

.bs-History-notebooks button {
  background: transparent;
  border: none;
  color: var(--bs-font-color2);
  cursor: pointer;
  display: block;
  font-family: inherit;
  font-size: var(--bs-font-size0);
  line-height: 18px;
  overflow: hidden;
  padding: 8px 12px;
  text-align: left;
  width: 100%;
}

.bs-History-notebooks button:hover {
  background: var(--jp-layout-color2);
}

.bs-History-notebooks button:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.bs-History-notebook {
  color: var(--jp-ui-font-color1);
  display: block;
  font-size: var(--jp-ui-font-size1);
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
}

/* A calendar behind its button */

.bs-History-date {
  display: inline-flex;
  position: relative;
}

.bs-History-date input {
  bottom: 0;
  height: 1px;
  opacity: 0;
  pointer-events: none;
  position: absolute;
  right: 0;
  width: 1px;
}

/* Choosing two versions */

.bs-History-comparison {
  align-items: center;
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
  display: flex;
  flex: 0 0 auto;
  gap: 4px;
  padding: 8px 8px 8px 12px;
}

.bs-History-comparisonText {
  color: var(--bs-font-color2);
  flex: 1 1 auto;
  min-width: 0;
}

@media (prefers-reduced-motion: reduce) {
  .bs-History-button[aria-busy='true'] svg,
  .bs-History-placeholder {
    animation: none;
  }
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/lists.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`.bs-List {
  display: flex;
  flex-direction: column;
  box-sizing: border-box;
  min-width: 280px;
  height: 100%;
  overflow: auto;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}

.bs-List-toolbar {
  position: sticky;
  top: 0;
  z-index: 1;
  display: flex;
  flex: none;
  align-items: center;
  min-height: 32px;
  padding: 0 8px 0 12px;
  border-bottom: var(--jp-border-width) solid var(--jp-toolbar-border-color);
  background: var(--jp-toolbar-background);
  color: var(--jp-ui-font-color1);
}

.bs-List-spacer {
  flex: 1;
}

.bs-List-choice {
  display: flex;
  align-items: center;
  gap: 6px;
  cursor: pointer;
}

.bs-List-search {
  flex: 0 1 180px;
  font-size: var(--jp-ui-font-size1);
  height: 28px;
  min-width: 80px;
  margin-right: 12px;
}

.bs-List-choice input {
  margin: 0;
}

.bs-List-rows {
  margin: 0;
  padding: 4px 0;
  list-style: none;
}

.bs-List-row {
  display: flex;
  flex-wrap: wrap; /* many actions go below the text where it is narrow */
  align-items: center;
  justify-content: flex-end;
  gap: 8px;
  padding: 6px 8px 6px 12px;
  /* Rows out of sight are not drawn. */
  content-visibility: auto;
  contain-intrinsic-height: auto 48px;
}

.bs-List-row:hover {
  background: var(--jp-layout-color2);
}

.bs-List-text {
  display: flex;
  flex: 1 1 140px;
  flex-direction: column;
  min-width: 0;
  line-height: 1.4;
}

.bs-List-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-List-facts {
  display: flex;
  flex-wrap: wrap;
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
  overflow-wrap: anywhere;
}

.bs-List-facts > span:not(:last-child)::after {
  content: '\xb7';
  margin: 0 6px;
}

.bs-List-action.jp-Button {
  display: inline-flex;
  flex: none;
  align-items: center;
  justify-content: center;
  width: 28px;
  min-width: 28px;
  height: 28px;
  padding: 0;
  border: none;
  border-radius: var(--jp-border-radius);
  background: transparent;
  cursor: pointer;
}

.bs-List-action.jp-Button:hover {
  background: var(--jp-layout-color3);
}

.bs-List-action.jp-Button:disabled {
  opacity: 0.4;
  cursor: default;
}

.bs-List-action.jp-Button:focus-visible {
  outline: var(--jp-focus-outline-width, 1px) solid
    var(--jp-focus-outline-color, var(--jp-brand-color1));
  outline-offset: -1px;
}

.bs-List-more.jp-Button {
  flex: none;
  align-self: center;
  margin: 4px 0 12px;
}

.bs-List-empty,
.bs-List-error {
  margin: 0;
  padding: 24px 16px;
  color: var(--bs-font-color2);
  text-align: center;
}

.bs-List-error {
  color: var(--jp-error-color1);
  overflow-wrap: anywhere;
}

.bs-LargeDialog .jp-Dialog-content {
  width: min(640px, 90vw);
  max-width: 90vw;
}

.bs-LargeDialog .bs-List {
  height: 60vh;
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/status.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`.bs-Icon,
.bs-Icon svg {
  display: inline-flex;
  flex: none;
}

.bs-visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.bs-Status.bs-Status {
  padding: 0;
}

.bs-Status-button {
  display: flex;
  align-items: center;
  gap: 4px;
  height: 100%;
  max-width: 42ch;
  padding: 0 6px;
  border: none;
  background: transparent;
  color: var(--jp-ui-font-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  cursor: pointer;
}

.bs-Status-button:focus-visible {
  outline: var(--jp-focus-outline-width, 1px) solid
    var(--jp-focus-outline-color, var(--jp-brand-color1));
  outline-offset: -1px;
}

.bs-Status-text {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

[data-level='noticed'] > .bs-Icon .jp-icon3[stroke],
[data-level='waiting'] > .bs-Icon .jp-icon3[stroke] {
  stroke: var(--jp-warn-color0);
}

[data-level='failed'] > .bs-Icon .jp-icon3[stroke] {
  stroke: var(--jp-error-color1);
}

[data-level='waiting'] > .bs-Status-text {
  color: var(--jp-warn-color0);
}

[data-level='failed'] > .bs-Status-text {
  color: var(--jp-error-color1);
}

.bs-Status.jp-mod-clicked .bs-Status-text.bs-Status-text {
  color: var(--jp-ui-inverse-font-color1);
}

.bs-Status.jp-mod-clicked .bs-Icon .jp-icon3[stroke] {
  stroke: var(--jp-ui-inverse-font-color1);
}

/* Notebook 7: in the panel at the top, beside its own "Last Checkpoint". */
#top-panel .bs-Status {
  align-self: center;
  height: 24px;
  border-radius: var(--jp-border-radius);
}

.bs-Popup {
  position: fixed;
  z-index: 10000;
  box-sizing: border-box;
  width: min(400px, calc(100vw - 8px));
  max-height: 60vh;
  overflow: auto;
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  box-shadow: var(--jp-elevation-z6);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}

.bs-Popup:focus {
  outline: none;
}

.bs-StatusDetails {
  padding: 12px 16px;
  line-height: var(--jp-content-line-height, 1.5);
}

.bs-StatusDetails-heading {
  display: flex;
  align-items: flex-start;
  gap: 6px;
  margin: 0;
  font-size: var(--jp-ui-font-size1);
  font-weight: 600;
  overflow-wrap: anywhere;
}

.bs-StatusDetails-heading .bs-Icon {
  margin-top: 2px;
}

.bs-StatusDetails p {
  margin: 4px 0 0;
  color: var(--bs-font-color2);
  overflow-wrap: anywhere;
}

.bs-StatusDetails dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 4px 12px;
  margin: 12px 0 0;
}

.bs-StatusDetails dl > div {
  display: contents;
}

.bs-StatusDetails dt {
  color: var(--bs-font-color2);
}

.bs-StatusDetails dd {
  margin: 0;
  overflow-wrap: anywhere;
}

.bs-StatusDetails ul {
  margin: 12px 0 0;
  padding: 8px 0 0;
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
  list-style: none;
}

.bs-StatusDetails-problems li {
  overflow-wrap: anywhere;
}

.bs-StatusDetails-entries li {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 12px;
}

.bs-StatusDetails-entries p {
  flex-basis: 100%;
  margin: 0 0 4px;
}

.bs-StatusDetails-path {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-StatusDetails-entries time {
  color: var(--bs-font-color2);
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/cjs.js!./style/views.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=r.n(i),t=r("./node_modules/css-loader/dist/runtime/api.js"),a=(r.n(t))()(s());a.push([o.id,`/* Previews and comparisons: a tab in JupyterLab, a dialog in Notebook 7. */

.bs-View {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-direction: column;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  overflow: hidden;
}

.bs-View-header {
  align-items: center;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  display: flex;
  flex: 0 0 auto;
  flex-wrap: wrap;
  gap: 4px 16px;
  justify-content: space-between;
  padding: 8px 12px;
}

.bs-View-texts {
  flex: 1 1 240px;
  min-width: 0;
}

.bs-View-heading {
  font-weight: 600;
}

.bs-View-details {
  color: var(--bs-font-color2);
  font-size: var(--bs-font-size0);
}

.bs-View-heading,
.bs-View-details {
  line-height: 18px;
  overflow-wrap: anywhere;
}

.bs-View-actions {
  display: flex;
  flex: 0 1 auto;
  flex-wrap: wrap;
  gap: 4px;
}

.bs-View button.bs-View-action,
.bs-View .bs-Diff-cellHeader button {
  align-items: center;
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color1);
  cursor: pointer;
  display: inline-flex;
  font-family: inherit;
  font-size: var(--jp-ui-font-size1);
  gap: 4px;
  height: 24px;
  letter-spacing: normal;
  line-height: 24px;
  margin: 0;
  min-height: 0;
  padding: 0 6px;
  white-space: nowrap;
}

.bs-View .bs-Diff-cellHeader button {
  color: var(--jp-content-link-color);
  font-size: var(--bs-font-size0);
}

.bs-View .bs-Diff-cellHeader button[aria-disabled='true'] {
  color: var(--bs-font-color2);
  cursor: default;
}

.bs-View button.bs-View-action:hover,
.bs-View .bs-Diff-cellHeader button:hover:enabled {
  background: var(--jp-layout-color2);
}

.bs-View button.bs-View-action:focus-visible,
.bs-View .bs-Diff-cellHeader button:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
}

.bs-View-action svg {
  display: block;
  height: 16px;
  width: 16px;
}

.bs-View-body {
  flex: 1 1 0;
  min-height: 0;
  overflow: auto;
}

.bs-View .bs-View-scrolls {
  outline: none;
}

.bs-View .bs-View-scrolls:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

.jp-Dialog-body.bs-View.bs-mod-dialog {
  height: 72vh;
  padding: 0;
  width: 84vw;
}

.bs-ViewDialog .jp-Dialog-content {
  max-height: 92vh;
  max-width: 92vw;
}

/* Preview */

.bs-Preview .jp-Notebook-footer {
  display: none;
}

/* A cell out of sight is neither laid out nor painted. */

.bs-Preview .jp-Cell {
  contain: content;
  contain-intrinsic-size: auto 80px;
  content-visibility: auto;
}

/* No sheet of paper, as the page of Notebook 7 has. */

.bs-View .bs-Preview .jp-WindowedPanel-outer,
.bs-View .bs-Preview .jp-WindowedPanel-inner,
.bs-View .bs-Preview .jp-WindowedPanel-viewport {
  background: var(--jp-layout-color0);
  box-shadow: none;
  margin: 0;
}

/* Naming */

.bs-NameForm {
  display: flex;
  flex-direction: column;
  gap: 12px;
  width: 360px;
}

.bs-NameForm label {
  display: flex;
  flex-direction: column;
  gap: 4px;
}

.bs-NameForm input,
.bs-NameForm textarea {
  background: var(--jp-input-background);
  border: var(--jp-border-width) solid var(--jp-input-border-color);
  border-radius: var(--jp-border-radius);
  box-sizing: border-box;
  color: var(--jp-ui-font-color0);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
  padding: 6px 8px;
  resize: vertical;
  width: 100%;
}

.bs-NameForm input:focus,
.bs-NameForm textarea:focus {
  border-color: var(--jp-input-active-border-color);
  outline: 1px solid var(--jp-input-active-border-color);
}
`,""]),r.d(e,{},{A:a})},"./node_modules/css-loader/dist/runtime/api.js"(o){o.exports=function(o){var e=[];return e.toString=function(){return this.map(function(e){var r="",i=void 0!==e[5];return e[4]&&(r+="@supports (".concat(e[4],") {")),e[2]&&(r+="@media ".concat(e[2]," {")),i&&(r+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),r+=o(e),i&&(r+="}"),e[2]&&(r+="}"),e[4]&&(r+="}"),r}).join("")},e.i=function(o,r,i,s,t){"string"==typeof o&&(o=[[null,o,void 0]]);var a={};if(i)for(var n=0;n<this.length;n++){var l=this[n][0];null!=l&&(a[l]=!0)}for(var d=0;d<o.length;d++){var p=[].concat(o[d]);i&&a[p[0]]||(void 0!==t&&(void 0===p[5]||(p[1]="@layer".concat(p[5].length>0?" ".concat(p[5]):""," {").concat(p[1],"}")),p[5]=t),r&&(p[2]&&(p[1]="@media ".concat(p[2]," {").concat(p[1],"}")),p[2]=r),s&&(p[4]?(p[1]="@supports (".concat(p[4],") {").concat(p[1],"}"),p[4]=s):p[4]="".concat(s)),e.push(p))}},e}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(o){o.exports=function(o){return o[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(o){var e=[];function r(o){for(var r=-1,i=0;i<e.length;i++)if(e[i].identifier===o){r=i;break}return r}function i(o,i){for(var s={},t=[],a=0;a<o.length;a++){var n=o[a],l=i.base?n[0]+i.base:n[0],d=s[l]||0,p="".concat(l," ").concat(d);s[l]=d+1;var b=r(p),c={css:n[1],media:n[2],sourceMap:n[3],supports:n[4],layer:n[5]};if(-1!==b)e[b].references++,e[b].updater(c);else{var f=function(o,e){var r=e.domAPI(e);return r.update(o),function(e){e?(e.css!==o.css||e.media!==o.media||e.sourceMap!==o.sourceMap||e.supports!==o.supports||e.layer!==o.layer)&&r.update(o=e):r.remove()}}(c,i);i.byIndex=a,e.splice(a,0,{identifier:p,updater:f,references:1})}t.push(p)}return t}o.exports=function(o,s){var t=i(o=o||[],s=s||{});return function(o){o=o||[];for(var a=0;a<t.length;a++){var n=r(t[a]);e[n].references--}for(var l=i(o,s),d=0;d<t.length;d++){var p=r(t[d]);0===e[p].references&&(e[p].updater(),e.splice(p,1))}t=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(o){var e={};o.exports=function(o,r){var i=function(o){if(void 0===e[o]){var r=document.querySelector(o);if(window.HTMLIFrameElement&&r instanceof window.HTMLIFrameElement)try{r=r.contentDocument.head}catch(o){r=null}e[o]=r}return e[o]}(o);if(!i)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");i.appendChild(r)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(o){o.exports=function(o){var e=document.createElement("style");return o.setAttributes(e,o.attributes),o.insert(e,o.options),e}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(o,e,r){o.exports=function(o){var e=r.nc;e&&o.setAttribute("nonce",e)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(o){o.exports=function(o){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=o.insertStyleElement(o);return{update:function(r){var i,s,t;i="",r.supports&&(i+="@supports (".concat(r.supports,") {")),r.media&&(i+="@media ".concat(r.media," {")),(s=void 0!==r.layer)&&(i+="@layer".concat(r.layer.length>0?" ".concat(r.layer):""," {")),i+=r.css,s&&(i+="}"),r.media&&(i+="}"),r.supports&&(i+="}"),(t=r.sourceMap)&&"u">typeof btoa&&(i+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(t))))," */")),o.styleTagTransform(i,e,o.options)},remove:function(){var o;null===(o=e).parentNode||o.parentNode.removeChild(o)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(o){o.exports=function(o,e){if(e.styleSheet)e.styleSheet.cssText=o;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(o))}}},"./style/index.js"(o,e,r){var i=r("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),s=r.n(i),t=r("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),a=r.n(t),n=r("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=r.n(n),d=r("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),p=r.n(d),b=r("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),c=r.n(b),f=r("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),u=r.n(f),x=r("./node_modules/css-loader/dist/cjs.js!./style/base.css"),m={};m.styleTagTransform=u(),m.setAttributes=p(),m.insert=l().bind(null,"head"),m.domAPI=a(),m.insertStyleElement=c(),s()(x.A,m),x.A&&x.A.locals&&x.A.locals}}]);