// Everything a page may use. Each module has one subject and does nothing where its element is not on the page.
import "./elements/bulk-select.js";
import "./elements/code-again.js";
import "./elements/data-table.js";
import "./elements/file-drop.js";
import "./elements/pass-key.js";
import "./elements/print-button.js";
import "./elements/retention-panel.js";
import "./elements/run-progress.js";
import "./elements/theme-switch.js";
import "./banners.js";
import "./dialogs.js";
import "./keyboard.js";
import "./menus.js";
import "./submit-once.js";
import "./tooltips.js";
