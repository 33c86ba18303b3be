//! The one-to-one matching of greatest total weight between two sets, few of whose pairs count.
//!
//! Pairs fall into groups that share no member; a group of one pair is its own answer, the others
//! are solved exactly by the Hungarian method on fixed-point weights. A pair that is not offered
//! weighs nothing, so the total is that of the whole matrix, which the reference evaluation solves.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use std::collections::BTreeMap;

/// A sum of weights stays below this, so that nothing overflows.
const ROOM: f64 = (1_u64 << 60) as f64;

/// A pair that may be matched.
#[derive(Debug, Clone, Copy)]
pub(in crate::bench) struct Candidate {
    /// Member of the first set.
    pub(in crate::bench) row: u32,
    /// Member of the second.
    pub(in crate::bench) column: u32,
    /// Above 0.
    pub(in crate::bench) weight: f64,
}

/// Indices into `pairs` of the chosen ones, rising.
pub(in crate::bench) fn best(pairs: &[Candidate]) -> Vec<usize> {
    let mut chosen = Vec::new();
    for group in groups(pairs) {
        match group.as_slice() {
            [only] => chosen.push(*only),
            group => solve(pairs, group, &mut chosen),
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Indices of pairs that share members, however indirectly, together.
fn groups(pairs: &[Candidate]) -> Vec<Vec<usize>> {
    let rows = pairs.iter().map(|p| p.row as usize + 1).max().unwrap_or(0);
    let columns = pairs.iter().map(|p| p.column as usize + 1).max().unwrap_or(0);
    let mut parent: Vec<usize> = (0..rows + columns).collect();
    for pair in pairs {
        let a = root(&mut parent, pair.row as usize);
        let b = root(&mut parent, rows + pair.column as usize);
        parent[a.max(b)] = a.min(b);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, pair) in pairs.iter().enumerate() {
        groups.entry(root(&mut parent, pair.row as usize)).or_default().push(i);
    }
    groups.into_values().collect()
}

fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

fn solve(pairs: &[Candidate], group: &[usize], chosen: &mut Vec<usize>) {
    let distinct = |of: fn(&Candidate) -> u32| {
        let mut found: Vec<u32> = group.iter().map(|&i| of(&pairs[i])).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let (rows, columns) = (distinct(|p| p.row), distinct(|p| p.column));
    // The method wants no more rows than columns.
    let turned = rows.len() > columns.len();
    let (height, width) =
        if turned { (columns.len(), rows.len()) } else { (rows.len(), columns.len()) };
    // As fine as fits; a power of two, so that whole numbers stay whole.
    let most = group.iter().map(|&i| pairs[i].weight).fold(f64::MIN_POSITIVE, f64::max);
    let one = (ROOM / (most * height as f64)).log2().floor().exp2();
    let mut weights = Matrix::new(height, width, 0_i64);
    let mut place = BTreeMap::new();
    for &i in group {
        let r = rows.partition_point(|&x| x < pairs[i].row);
        let c = columns.partition_point(|&x| x < pairs[i].column);
        let at = if turned { (c, r) } else { (r, c) };
        weights[at] = (pairs[i].weight * one).round() as i64;
        place.insert(at, i);
    }
    let (_, columns_of) = kuhn_munkres(&weights);
    chosen.extend(columns_of.into_iter().enumerate().filter_map(|at| place.get(&at)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn greatest(cells: &[Vec<u8>], row: usize, used: &mut Vec<usize>) -> u32 {
        if row == cells.len() {
            return 0;
        }
        let mut most = greatest(cells, row + 1, used);
        for column in 0..cells[row].len() {
            if cells[row][column] > 0 && !used.contains(&column) {
                used.push(column);
                most = most.max(u32::from(cells[row][column]) + greatest(cells, row + 1, used));
                used.pop();
            }
        }
        most
    }

    proptest! {
        #[test]
        fn no_other_matching_weighs_more(
            cells in prop::collection::vec(prop::collection::vec(0u8..9, 4), 1..6),
        ) {
            let mut pairs = Vec::new();
            for (r, row) in cells.iter().enumerate() {
                for (c, &cell) in row.iter().enumerate().filter(|(_, cell)| **cell > 0) {
                    pairs.push(Candidate { row: r as u32, column: c as u32, weight: f64::from(cell) });
                }
            }
            let chosen = best(&pairs);
            let total: f64 = chosen.iter().map(|&i| pairs[i].weight).sum();
            let most = f64::from(greatest(&cells, 0, &mut Vec::new()));
            prop_assert!((total - most).abs() < 1e-9);
            for (k, &i) in chosen.iter().enumerate() {
                for &j in &chosen[k + 1..] {
                    prop_assert!(pairs[i].row != pairs[j].row && pairs[i].column != pairs[j].column);
                }
            }
        }
    }
}
