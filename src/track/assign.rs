//! Who is who: the assignment of tracks to detections with the greatest total affinity.
//!
//! Candidates fall into groups that share no track and no detection. A group of one pair is its own
//! answer; the others are solved exactly by the Hungarian method on fixed-point weights, so that the
//! result is optimal and the same on every machine.

use pathfinding::kuhn_munkres::{Weights, kuhn_munkres};

/// A track (row) and a detection (column) that may belong together.
#[derive(Debug, Clone, Copy)]
struct Pair {
    row: usize,
    column: usize,
    weight: i64,
    /// Names the pairs that it shares a track or a detection with, however indirectly.
    group: usize,
}

/// Parts of an affinity of 1: fine enough to tell any two affinities that matter apart.
const ONE: f32 = 1e6;

/// Collects candidate pairs and solves them; its buffers are used again from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Assignment {
    pairs: Vec<Pair>,
    /// Union-find over rows, then columns.
    parent: Vec<usize>,
    rows: Vec<usize>,
    columns: Vec<usize>,
    weights: Vec<i64>,
    matched: Vec<(usize, usize)>,
}

impl Assignment {
    /// Forgets all candidates.
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
    }

    /// Offers a candidate; an affinity that is not above 0 is none.
    pub(super) fn offer(&mut self, row: usize, column: usize, affinity: f32) {
        let weight = (affinity * ONE) as i64;
        if weight > 0 {
            self.pairs.push(Pair { row, column, weight, group: 0 });
        }
    }

    /// The chosen pairs `(row, column)`, ordered by row.
    pub(super) fn solve(&mut self) -> &[(usize, usize)] {
        self.matched.clear();
        let rows = self.pairs.iter().map(|p| p.row + 1).max().unwrap_or(0);
        let columns = self.pairs.iter().map(|p| p.column + 1).max().unwrap_or(0);
        self.parent.clear();
        self.parent.extend(0..rows + columns);
        for pair in &self.pairs {
            let (a, b) =
                (root(&mut self.parent, pair.row), root(&mut self.parent, rows + pair.column));
            // The smaller index leads, so a group is named by its first row.
            self.parent[a.max(b)] = a.min(b);
        }
        let mut pairs = std::mem::take(&mut self.pairs);
        for pair in &mut pairs {
            pair.group = root(&mut self.parent, pair.row);
        }
        pairs.sort_unstable_by_key(|p| (p.group, p.row, p.column));
        for group in pairs.chunk_by(|a, b| a.group == b.group) {
            self.solve_group(group);
        }
        self.pairs = pairs;
        self.matched.sort_unstable();
        &self.matched
    }

    fn solve_group(&mut self, group: &[Pair]) {
        if let [only] = group {
            self.matched.push((only.row, only.column));
            return;
        }
        distinct(&mut self.rows, group.iter().map(|p| p.row));
        distinct(&mut self.columns, group.iter().map(|p| p.column));
        // The method wants no more rows than columns.
        let turned = self.rows.len() > self.columns.len();
        let width = self.rows.len().max(self.columns.len());
        let height = self.rows.len().min(self.columns.len());
        self.weights.clear();
        self.weights.resize(width * height, 0);
        for pair in group {
            let r = self.rows.partition_point(|&x| x < pair.row);
            let c = self.columns.partition_point(|&x| x < pair.column);
            let (r, c) = if turned { (c, r) } else { (r, c) };
            self.weights[r * width + c] = pair.weight;
        }
        let table = Table { cells: &self.weights, width, sign: 1 };
        let (_, chosen) = kuhn_munkres(&table);
        for (r, c) in chosen.into_iter().enumerate() {
            if self.weights[r * width + c] > 0 {
                let (r, c) = if turned { (c, r) } else { (r, c) };
                self.matched.push((self.rows[r], self.columns[c]));
            }
        }
    }
}

fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

fn distinct(into: &mut Vec<usize>, from: impl Iterator<Item = usize>) {
    into.clear();
    into.extend(from);
    into.sort_unstable();
    into.dedup();
}

/// Row-major weights, borrowed.
struct Table<'a> {
    cells: &'a [i64],
    width: usize,
    sign: i64,
}

impl Weights<i64> for Table<'_> {
    fn rows(&self) -> usize {
        self.cells.len() / self.width
    }

    fn columns(&self) -> usize {
        self.width
    }

    fn at(&self, row: usize, column: usize) -> i64 {
        self.sign * self.cells[row * self.width + column]
    }

    fn neg(&self) -> Self {
        Self { sign: -self.sign, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn best(cells: &[Vec<i64>], row: usize, used: &mut Vec<usize>) -> i64 {
        if row == cells.len() {
            return 0;
        }
        let mut most = best(cells, row + 1, used);
        for column in 0..cells[row].len() {
            if cells[row][column] > 0 && !used.contains(&column) {
                used.push(column);
                most = most.max(cells[row][column] + best(cells, row + 1, used));
                used.pop();
            }
        }
        most
    }

    #[test]
    fn the_best_pair_gives_way_to_the_better_whole() {
        let mut assignment = Assignment::default();
        for (row, column, affinity) in
            [(0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.8), (3, 7, 0.4), (2, 5, 0.0)]
        {
            assignment.offer(row, column, affinity);
        }
        assert_eq!(assignment.solve(), [(0, 1), (1, 0), (3, 7)]);
        assignment.clear();
        assert!(assignment.solve().is_empty());
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_better(
            cells in prop::collection::vec(prop::collection::vec(0u8..12, 5), 1..6),
        ) {
            // Below 6 there is no candidate, so that groups of all shapes come about.
            let mut assignment = Assignment::default();
            let mut weights = vec![vec![0; 5]; cells.len()];
            for (r, row) in cells.iter().enumerate() {
                for (c, &cell) in row.iter().enumerate().filter(|(_, cell)| **cell >= 6) {
                    let affinity = f32::from(cell) / 12.0;
                    assignment.offer(r, c, affinity);
                    weights[r][c] = (affinity * ONE) as i64;
                }
            }
            let chosen = assignment.solve();
            let total: i64 = chosen.iter().map(|&(r, c)| weights[r][c]).sum();
            prop_assert_eq!(total, best(&weights, 0, &mut Vec::new()));
            for (i, a) in chosen.iter().enumerate() {
                prop_assert!(weights[a.0][a.1] > 0);
                prop_assert!(chosen[i + 1..].iter().all(|b| a.0 != b.0 && a.1 != b.1));
            }
        }
    }
}
