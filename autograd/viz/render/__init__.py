"""From boxes with places to marks: lines, texts and cells."""
