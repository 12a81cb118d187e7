//! Chance from a seed: the same seed, the same night, on every machine and for ever.

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA
/// 2014). A counter in steps of the golden ratio, scrambled: 2^64 numbers before it repeats, and
/// any seed is as good as any other. It is no source of secrets.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ (b >> 31)
    }

    /// A number below `sides`, which is at least 1. Multiplying instead of dividing (Lemire) is
    /// uneven by less than one part in 2^48 for the small dice thrown here.
    pub(crate) fn throw(&mut self, sides: u16) -> u16 {
        let scaled = (u128::from(self.next()) * u128::from(sides)) >> 64;
        u16::try_from(scaled).unwrap_or_default()
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&mut self, faces: &[T], first: T) -> T {
        let sides = u16::try_from(faces.len()).unwrap_or(u16::MAX);
        faces.get(usize::from(self.throw(sides.max(1)))).copied().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    /// The first numbers of the reference implementation (`splitmix64.c`, Vigna) for this seed.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut dice = Dice::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!([(); 5].map(|()| dice.next()), expected);
    }

    #[test]
    fn every_side_comes_up() {
        let mut dice = Dice::new(0);
        let mut thrown = [0; 6];
        (0..600).for_each(|_| thrown[usize::from(dice.throw(6))] += 1);
        assert!(thrown.iter().all(|times| *times > 60), "{thrown:?}");
    }
}
