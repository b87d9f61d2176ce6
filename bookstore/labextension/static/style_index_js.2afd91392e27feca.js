"use strict";(self.rspackChunkbookstore_labextension=self.rspackChunkbookstore_labextension||[]).push([["style_index_js"],{"./node_modules/css-loader/dist/cjs.js!./style/base.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=r.n(s),a=r("./node_modules/css-loader/dist/cjs.js!./style/history.css"),l=r("./node_modules/css-loader/dist/cjs.js!./style/views.css"),d=r("./node_modules/css-loader/dist/cjs.js!./style/status.css"),p=r("./node_modules/css-loader/dist/cjs.js!./style/lists.css"),c=r("./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"),u=n()(t());u.i(a.A),u.i(l.A),u.i(d.A),u.i(p.A),u.i(c.A),u.push([o.id,`
`,""]),r.d(e,{},{A:u})},"./node_modules/css-loader/dist/cjs.js!./style/dialogs.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=(r.n(s))()(t());n.push([o.id,`.bs-DialogText {
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
`,""]),r.d(e,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/history.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=(r.n(s))()(t());n.push([o.id,`/* The history panel. Row heights are also in src/history/rows.ts. */

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
`,""]),r.d(e,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/lists.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=(r.n(s))()(t());n.push([o.id,`.bs-List {
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
`,""]),r.d(e,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/status.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=(r.n(s))()(t());n.push([o.id,`.bs-Icon,
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
`,""]),r.d(e,{},{A:n})},"./node_modules/css-loader/dist/cjs.js!./style/views.css"(o,e,r){var i=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),t=r.n(i),s=r("./node_modules/css-loader/dist/runtime/api.js"),n=(r.n(s))()(t());n.push([o.id,`/* Previews and comparisons: a tab in JupyterLab, a dialog in Notebook 7. */

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

.bs-View .bs-Diff-cellHeader button:disabled {
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

/* No sheet of paper, as the page of Notebook 7 has. */

.bs-View .bs-Preview .jp-WindowedPanel-outer,
.bs-View .bs-Preview .jp-WindowedPanel-inner,
.bs-View .bs-Preview .jp-WindowedPanel-viewport {
  background: var(--jp-layout-color0);
  box-shadow: none;
  margin: 0;
}

/* Comparison */

.bs-Diff {
  box-sizing: border-box;
  padding: 0 12px 24px;
}

.bs-Diff-columns {
  background: var(--jp-layout-color1);
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  display: grid;
  gap: 6%;
  grid-template-columns: 47% 47%;
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

.bs-View button.bs-Diff-fold {
  background: var(--jp-layout-color2);
  border: none;
  border-radius: var(--jp-border-radius);
  color: var(--jp-ui-font-color2);
  cursor: pointer;
  display: block;
  font-family: inherit;
  font-size: var(--jp-ui-font-size0);
  height: 24px;
  letter-spacing: normal;
  line-height: 24px;
  margin: 0 0 12px;
  min-height: 0;
  padding: 0 12px;
  text-align: left;
  width: 100%;
}

.bs-View button.bs-Diff-fold:hover {
  background: var(--jp-layout-color3);
}

.bs-View button.bs-Diff-fold:focus-visible {
  outline: 1px solid var(--jp-brand-color1);
}

.bs-Diff-cell {
  margin-bottom: 16px;
}

.bs-Diff-cellHeader {
  align-items: center;
  color: var(--jp-ui-font-color2);
  display: flex;
  font-size: var(--jp-ui-font-size0);
  justify-content: space-between;
  min-height: 28px;
}

/* A cell of one side only stands on that side. */

.bs-Diff-cell.bs-mod-added {
  margin-left: 53%;
}

.bs-Diff-cell.bs-mod-removed {
  margin-right: 53%;
}

.bs-Diff .jp-Notebook-diff .jp-Cell-diff {
  margin-bottom: 0;
}

.bs-Diff .jp-Notebook-diff .jp-Cell-diff > div:first-of-type {
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
}

/* nbdime's own colours and frames, in JupyterLab's words. */

.bs-Diff.nbdime-root {
  --jp-diff-added-color0: color-mix(
    in srgb,
    var(--jp-success-color1) 45%,
    transparent
  );
  --jp-diff-added-color2: color-mix(
    in srgb,
    var(--jp-success-color1) 16%,
    transparent
  );
  --jp-diff-deleted-color0: color-mix(
    in srgb,
    var(--jp-error-color1) 45%,
    transparent
  );
  --jp-diff-deleted-color2: color-mix(
    in srgb,
    var(--jp-error-color1) 14%,
    transparent
  );
  --jp-nbdime-output-color1: var(--jp-border-color2);
  --jp-nbdime-output-color2: var(--jp-border-color2);
  --jp-nbdime-output-color3: var(--jp-layout-color2);
}

.bs-Diff.nbdime-root .cm-merge-r-deleted {
  background-color: var(--jp-diff-deleted-color0);
}

.bs-Diff .jp-Notebook-diff .jp-Cellrow-header,
.bs-Diff .cm-merge-scrolllock {
  display: none;
}

.bs-Diff .jp-CollapsiblePanel-header {
  align-items: center;
  color: var(--jp-ui-font-color2);
  cursor: pointer;
  display: flex;
  font-size: var(--jp-ui-font-size0);
  justify-content: space-between;
  line-height: 24px;
  padding: 0 4px 0 12px;
}

.bs-Diff button.jp-CollapsiblePanel-header-icon {
  border: none;
  float: none;
  margin: 0;
}

.bs-Diff .jp-Notebook-diff .jp-Metadata-diff {
  border: none;
  margin-bottom: 12px;
}

.bs-Diff .jp-Notebook-diff .jp-Diff-outputPanel .jp-Diff-outputMenu {
  background: var(--jp-layout-color1);
  border: var(--jp-border-width) solid var(--jp-border-color2);
  border-radius: var(--jp-border-radius);
  box-shadow: var(--jp-elevation-z2);
  padding: 2px;
}

.bs-Diff .jp-Diff-outputMenu button,
.bs-Diff .jp-Diff-outputMenu select {
  background: transparent;
  border: none;
  color: var(--jp-ui-font-color1);
  cursor: pointer;
  font-family: inherit;
  font-size: var(--jp-ui-font-size0);
  height: 20px;
  letter-spacing: normal;
  line-height: 20px;
  min-height: 0;
  padding: 0 6px;
}

.bs-Diff .jp-Diff-outputMenu button:hover,
.bs-Diff .jp-Diff-outputMenu select:hover {
  background: var(--jp-layout-color2);
}

.bs-Diff .jp-Diff-outputMenu option {
  background: var(--jp-layout-color1);
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
`,""]),r.d(e,{},{A:n})},"./node_modules/css-loader/dist/runtime/api.js"(o){o.exports=function(o){var e=[];return e.toString=function(){return this.map(function(e){var r="",i=void 0!==e[5];return e[4]&&(r+="@supports (".concat(e[4],") {")),e[2]&&(r+="@media ".concat(e[2]," {")),i&&(r+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),r+=o(e),i&&(r+="}"),e[2]&&(r+="}"),e[4]&&(r+="}"),r}).join("")},e.i=function(o,r,i,t,s){"string"==typeof o&&(o=[[null,o,void 0]]);var n={};if(i)for(var a=0;a<this.length;a++){var l=this[a][0];null!=l&&(n[l]=!0)}for(var d=0;d<o.length;d++){var p=[].concat(o[d]);i&&n[p[0]]||(void 0!==s&&(void 0===p[5]||(p[1]="@layer".concat(p[5].length>0?" ".concat(p[5]):""," {").concat(p[1],"}")),p[5]=s),r&&(p[2]&&(p[1]="@media ".concat(p[2]," {").concat(p[1],"}")),p[2]=r),t&&(p[4]?(p[1]="@supports (".concat(p[4],") {").concat(p[1],"}"),p[4]=t):p[4]="".concat(t)),e.push(p))}},e}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(o){o.exports=function(o){return o[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(o){var e=[];function r(o){for(var r=-1,i=0;i<e.length;i++)if(e[i].identifier===o){r=i;break}return r}function i(o,i){for(var t={},s=[],n=0;n<o.length;n++){var a=o[n],l=i.base?a[0]+i.base:a[0],d=t[l]||0,p="".concat(l," ").concat(d);t[l]=d+1;var c=r(p),u={css:a[1],media:a[2],sourceMap:a[3],supports:a[4],layer:a[5]};if(-1!==c)e[c].references++,e[c].updater(u);else{var b=function(o,e){var r=e.domAPI(e);return r.update(o),function(e){e?(e.css!==o.css||e.media!==o.media||e.sourceMap!==o.sourceMap||e.supports!==o.supports||e.layer!==o.layer)&&r.update(o=e):r.remove()}}(u,i);i.byIndex=n,e.splice(n,0,{identifier:p,updater:b,references:1})}s.push(p)}return s}o.exports=function(o,t){var s=i(o=o||[],t=t||{});return function(o){o=o||[];for(var n=0;n<s.length;n++){var a=r(s[n]);e[a].references--}for(var l=i(o,t),d=0;d<s.length;d++){var p=r(s[d]);0===e[p].references&&(e[p].updater(),e.splice(p,1))}s=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(o){var e={};o.exports=function(o,r){var i=function(o){if(void 0===e[o]){var r=document.querySelector(o);if(window.HTMLIFrameElement&&r instanceof window.HTMLIFrameElement)try{r=r.contentDocument.head}catch(o){r=null}e[o]=r}return e[o]}(o);if(!i)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");i.appendChild(r)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(o){o.exports=function(o){var e=document.createElement("style");return o.setAttributes(e,o.attributes),o.insert(e,o.options),e}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(o,e,r){o.exports=function(o){var e=r.nc;e&&o.setAttribute("nonce",e)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(o){o.exports=function(o){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=o.insertStyleElement(o);return{update:function(r){var i,t,s;i="",r.supports&&(i+="@supports (".concat(r.supports,") {")),r.media&&(i+="@media ".concat(r.media," {")),(t=void 0!==r.layer)&&(i+="@layer".concat(r.layer.length>0?" ".concat(r.layer):""," {")),i+=r.css,t&&(i+="}"),r.media&&(i+="}"),r.supports&&(i+="}"),(s=r.sourceMap)&&"u">typeof btoa&&(i+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(s))))," */")),o.styleTagTransform(i,e,o.options)},remove:function(){var o;null===(o=e).parentNode||o.parentNode.removeChild(o)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(o){o.exports=function(o,e){if(e.styleSheet)e.styleSheet.cssText=o;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(o))}}},"./style/index.js"(o,e,r){var i=r("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),t=r.n(i),s=r("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),n=r.n(s),a=r("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=r.n(a),d=r("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),p=r.n(d),c=r("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),u=r.n(c),b=r("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),f=r.n(b),v=r("./node_modules/css-loader/dist/cjs.js!./style/base.css"),m={};m.styleTagTransform=f(),m.setAttributes=p(),m.insert=l().bind(null,"head"),m.domAPI=n(),m.insertStyleElement=u(),t()(v.A,m),v.A&&v.A.locals&&v.A.locals}}]);