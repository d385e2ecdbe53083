// Everything about money in one import: arithmetic on integers, reading and writing it as text.
export * from "./arithmetic.js";
export * from "./money-text.js";
