import { ISignal, Signal } from '@lumino/signaling';

/** Whether Markdown is shown as it reads, or as it is written. */
export class Reading {
  get isOn(): boolean {
    return this._isOn;
  }

  set isOn(isOn: boolean) {
    if (isOn !== this._isOn) {
      this._isOn = isOn;
      this._changed.emit();
    }
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private _isOn = false;
  private readonly _changed = new Signal<this, void>(this);
}
