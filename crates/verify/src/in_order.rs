//! Work on several threads whose results are taken in order, while later ones are still made.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// What a thread takes at once. 16 forms are 2 ms of signatures and 16 records of sixty keys each
/// 5 ms, so that the last threads end within a few milliseconds of each other, with little left to
/// take in behind them; and handing over costs nothing beside it.
const SHARE: usize = 16;

/// Works on every item, on as many threads, and hands each result to `take` on this one, in the
/// order of the items. One thread is this one, for there are places without others, such as a
/// browser's page. Should a thread ever stop, so does this one: less work is no verdict.
pub(crate) fn in_order<T: Sync, R: Send>(
    items: &[T],
    threads: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(&T, R),
) {
    if threads.get() == 1 {
        return items.iter().for_each(|item| take(item, work(item)));
    }
    let shares: Vec<&[T]> = items.chunks(SHARE).collect();
    let next = AtomicUsize::new(0);
    // Whoever makes is never far before whoever takes: what waits between them is memory.
    let (sender, receiver) = mpsc::sync_channel(threads.get());
    let run = |sender: mpsc::SyncSender<(usize, Vec<R>)>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(share) = shares.get(number) else { return };
            if sender.send((number, share.iter().map(&work).collect())).is_err() {
                return;
            }
        }
    };
    let run = &run;
    thread::scope(|scope| {
        for sender in vec![sender; threads.get()] {
            scope.spawn(move || run(sender));
        }
        let mut made = BTreeMap::new();
        let mut due = 0;
        for (number, results) in receiver {
            made.insert(number, results);
            while let Some((share, results)) = shares.get(due).zip(made.remove(&due)) {
                share.iter().zip(results).for_each(|(item, result)| take(item, result));
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::{
        num::NonZeroUsize,
        sync::{Mutex, mpsc},
    };

    use super::{SHARE, in_order};

    #[test]
    fn every_result_is_taken_once_and_in_order() {
        for count in [0, 1, SHARE, SHARE + 1, 20 * SHARE + 7] {
            for threads in 1..4 {
                let items: Vec<usize> = (0..count).collect();
                let mut taken = Vec::new();
                let threads = NonZeroUsize::new(threads).unwrap();
                in_order(&items, threads, |item| item * 3, |item, made| taken.push((*item, made)));
                assert_eq!(taken, items.iter().map(|item| (*item, item * 3)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_is_made_early_waits_for_its_turn() {
        let items: Vec<usize> = (0..3 * SHARE).collect();
        let (sender, receiver) = mpsc::channel();
        let (sender, receiver) = (Mutex::new(sender), Mutex::new(receiver));
        // The first share is done when the second one is handed over and the third one begun.
        let work = |item: &usize| {
            match *item {
                0 => receiver.lock().unwrap().recv().unwrap(),
                item if item == 2 * SHARE => sender.lock().unwrap().send(()).unwrap(),
                _ => {}
            }
            *item
        };
        let mut taken = Vec::new();
        let two = NonZeroUsize::new(2).unwrap();
        in_order(&items, two, work, |item, made| taken.push((*item, made)));
        assert_eq!(taken, items.iter().map(|item| (*item, *item)).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_thread_that_stops_stops_the_whole() {
        let work = |item: &usize| assert!(*item < 100, "the planted fault");
        let two = NonZeroUsize::new(2).unwrap();
        in_order(&(0..200).collect::<Vec<_>>(), two, work, |_, ()| {});
    }
}
