//! Tests of the definition.
