"use strict";(self.rspackChunkbookstore_labextension=self.rspackChunkbookstore_labextension||[]).push([["style_index_js"],{"./node_modules/css-loader/dist/cjs.js!./style/base.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=i.n(r),a=i("./node_modules/css-loader/dist/cjs.js!./style/history.css"),l=i("./node_modules/css-loader/dist/cjs.js!./style/views.css"),d=i("./node_modules/css-loader/dist/cjs.js!./style/compare.css"),p=i("./node_modules/css-loader/dist/cjs.js!./style/folding.css"),c=i("./node_modules/css-loader/dist/cjs.js!./style/status.css"),b=i("./node_modules/css-loader/dist/cjs.js!./style/lists.css"),f=i("./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"),u=n()(s());u.i(a.A),u.i(l.A),u.i(d.A),u.i(p.A),u.i(c.A),u.i(b.A),u.i(f.A),u.push([e.id,`
`,""]),i.d(o,{},{A:u})},"./node_modules/css-loader/dist/cjs.js!./style/compare.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`/* Comparisons, cell by cell. */

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

.bs-Diff-columns {
  background: var(--jp-layout-color1);
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  display: grid;
  gap: 12px;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  margin-bottom: 12px;
  padding: 8px 0;
  position: sticky;
  top: 0;
  z-index: 4;
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
  color: var(--jp-ui-font-color2);
  display: flex;
  font-size: var(--jp-ui-font-size0);
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
}

.bs-Diff-partName {
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
  line-height: 24px;
}

.bs-Diff-partName::first-letter,
.bs-Diff-note::first-letter {
  text-transform: uppercase;
}

.bs-Diff-note {
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
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
  color: var(--jp-ui-font-color2);
  cursor: pointer;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size0);
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
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
  line-height: 20px;
}
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`.bs-DialogText {
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
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
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
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/folding.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`/* Bars in place of what is long or the same, and long texts in pieces. */

.bs-View button.bs-Fold {
  background: var(--jp-layout-color2);
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color2);
  cursor: pointer;
  display: block;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size0);
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
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/history.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`/* The history panel. Row heights are also in src/history/rows.ts. */

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
  font-size: var(--jp-ui-font-size0);
  font-weight: 600;
  letter-spacing: 1px;
  line-height: 24px;
  margin: 0;
  text-transform: uppercase;
}

.bs-History-name {
  color: var(--jp-ui-font-color2);
  line-height: 18px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bs-History-filter {
  background: transparent;
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color2);
  cursor: pointer;
  flex: 0 1 auto;
  font-family: inherit;
  font-size: var(--jp-ui-font-size0);
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
  color: var(--jp-ui-font-color2);
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
  font-size: var(--jp-ui-font-size0);
  line-height: 16px;
  overflow-wrap: anywhere;
  padding: 8px 12px;
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

.bs-VersionList-row {
  left: 0;
  position: absolute;
  right: 0;
}

.bs-VersionList-day {
  box-sizing: border-box;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
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

.bs-Version-line {
  align-items: baseline;
  display: flex;
  gap: 6px;
  line-height: 18px;
  white-space: nowrap;
}

.bs-Version-line.bs-mod-second {
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
  min-height: 18px;
}

.bs-Version-time {
  color: var(--jp-ui-font-color1);
  font-variant-numeric: tabular-nums;
}

.bs-Version-kind {
  color: var(--jp-ui-font-color2);
  flex: 0 1 auto;
  font-size: var(--jp-ui-font-size0);
  overflow: hidden;
  text-overflow: ellipsis;
}

.bs-Version-current,
.bs-Version-label {
  border-radius: 8px;
  box-sizing: border-box;
  font-size: var(--jp-ui-font-size0);
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
  font-size: var(--jp-ui-font-size0);
  font-variant-numeric: tabular-nums;
  margin-left: auto;
}

.bs-Version-size {
  color: var(--jp-ui-font-color2);
}

.bs-Version-change {
  color: var(--jp-ui-font-color3);
}

.bs-Version-facts,
.bs-Version-waiting {
  flex: 0 1000 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}

.bs-Version-waiting {
  flex-shrink: 1;
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
  color: var(--jp-ui-font-color2);
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
  color: var(--jp-ui-font-color2);
  flex: 1 1 auto;
  min-width: 0;
}

@media (prefers-reduced-motion: reduce) {
  .bs-History-button[aria-busy='true'] svg,
  .bs-History-placeholder {
    animation: none;
  }
}
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/lists.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`.bs-List {
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
  align-items: center;
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
  flex: 1;
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
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
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
  color: var(--jp-ui-font-color2);
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
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/status.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`.bs-Icon,
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
  color: var(--jp-ui-font-color2);
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
  color: var(--jp-ui-font-color2);
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
  color: var(--jp-ui-font-color2);
}
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/views.css"(e,o,i){var t=i("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),s=i.n(t),r=i("./node_modules/css-loader/dist/runtime/api.js"),n=(i.n(r))()(s());n.push([e.id,`/* Previews and comparisons: a tab in JupyterLab, a dialog in Notebook 7. */

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
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
}

.bs-View-heading,
.bs-View-details {
  line-height: 18px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
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
  font-size: var(--jp-ui-font-size0);
}

.bs-View .bs-Diff-cellHeader button[aria-disabled='true'] {
  color: var(--jp-ui-font-color2);
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
`,""]),i.d(o,{},{A:n})},"./node_modules/css-loader/dist/runtime/api.js"(e){e.exports=function(e){var o=[];return o.toString=function(){return this.map(function(o){var i="",t=void 0!==o[5];return o[4]&&(i+="@supports (".concat(o[4],") {")),o[2]&&(i+="@media ".concat(o[2]," {")),t&&(i+="@layer".concat(o[5].length>0?" ".concat(o[5]):""," {")),i+=e(o),t&&(i+="}"),o[2]&&(i+="}"),o[4]&&(i+="}"),i}).join("")},o.i=function(e,i,t,s,r){"string"==typeof e&&(e=[[null,e,void 0]]);var n={};if(t)for(var a=0;a<this.length;a++){var l=this[a][0];null!=l&&(n[l]=!0)}for(var d=0;d<e.length;d++){var p=[].concat(e[d]);t&&n[p[0]]||(void 0!==r&&(void 0===p[5]||(p[1]="@layer".concat(p[5].length>0?" ".concat(p[5]):""," {").concat(p[1],"}")),p[5]=r),i&&(p[2]&&(p[1]="@media ".concat(p[2]," {").concat(p[1],"}")),p[2]=i),s&&(p[4]?(p[1]="@supports (".concat(p[4],") {").concat(p[1],"}"),p[4]=s):p[4]="".concat(s)),o.push(p))}},o}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(e){e.exports=function(e){return e[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(e){var o=[];function i(e){for(var i=-1,t=0;t<o.length;t++)if(o[t].identifier===e){i=t;break}return i}function t(e,t){for(var s={},r=[],n=0;n<e.length;n++){var a=e[n],l=t.base?a[0]+t.base:a[0],d=s[l]||0,p="".concat(l," ").concat(d);s[l]=d+1;var c=i(p),b={css:a[1],media:a[2],sourceMap:a[3],supports:a[4],layer:a[5]};if(-1!==c)o[c].references++,o[c].updater(b);else{var f=function(e,o){var i=o.domAPI(o);return i.update(e),function(o){o?(o.css!==e.css||o.media!==e.media||o.sourceMap!==e.sourceMap||o.supports!==e.supports||o.layer!==e.layer)&&i.update(e=o):i.remove()}}(b,t);t.byIndex=n,o.splice(n,0,{identifier:p,updater:f,references:1})}r.push(p)}return r}e.exports=function(e,s){var r=t(e=e||[],s=s||{});return function(e){e=e||[];for(var n=0;n<r.length;n++){var a=i(r[n]);o[a].references--}for(var l=t(e,s),d=0;d<r.length;d++){var p=i(r[d]);0===o[p].references&&(o[p].updater(),o.splice(p,1))}r=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(e){var o={};e.exports=function(e,i){var t=function(e){if(void 0===o[e]){var i=document.querySelector(e);if(window.HTMLIFrameElement&&i instanceof window.HTMLIFrameElement)try{i=i.contentDocument.head}catch(e){i=null}o[e]=i}return o[e]}(e);if(!t)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");t.appendChild(i)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(e){e.exports=function(e){var o=document.createElement("style");return e.setAttributes(o,e.attributes),e.insert(o,e.options),o}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(e,o,i){e.exports=function(e){var o=i.nc;o&&e.setAttribute("nonce",o)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var o=e.insertStyleElement(e);return{update:function(i){var t,s,r;t="",i.supports&&(t+="@supports (".concat(i.supports,") {")),i.media&&(t+="@media ".concat(i.media," {")),(s=void 0!==i.layer)&&(t+="@layer".concat(i.layer.length>0?" ".concat(i.layer):""," {")),t+=i.css,s&&(t+="}"),i.media&&(t+="}"),i.supports&&(t+="}"),(r=i.sourceMap)&&"u">typeof btoa&&(t+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(r))))," */")),e.styleTagTransform(t,o,e.options)},remove:function(){var e;null===(e=o).parentNode||e.parentNode.removeChild(e)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(e){e.exports=function(e,o){if(o.styleSheet)o.styleSheet.cssText=e;else{for(;o.firstChild;)o.removeChild(o.firstChild);o.appendChild(document.createTextNode(e))}}},"./style/index.js"(e,o,i){var t=i("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),s=i.n(t),r=i("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),n=i.n(r),a=i("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=i.n(a),d=i("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),p=i.n(d),c=i("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),b=i.n(c),f=i("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),u=i.n(f),m=i("./node_modules/css-loader/dist/cjs.js!./style/base.css"),x={};x.styleTagTransform=u(),x.setAttributes=p(),x.insert=l().bind(null,"head"),x.domAPI=n(),x.insertStyleElement=b(),s()(m.A,x),m.A&&m.A.locals&&m.A.locals}}]);