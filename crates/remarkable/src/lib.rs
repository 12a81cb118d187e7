//! remarkable
