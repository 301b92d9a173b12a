BEGIN TRANSACTION;
CREATE TABLE cited (
	conversation VARCHAR(22) NOT NULL, 
	number INTEGER NOT NULL, 
	paper VARCHAR(200) NOT NULL, 
	PRIMARY KEY (conversation, number, paper), 
	FOREIGN KEY(conversation, number) REFERENCES turns (conversation, number) ON DELETE CASCADE
);
CREATE TABLE conversations (
	id VARCHAR(22) NOT NULL, 
	owner VARCHAR(64) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	title_words TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	deleted DATETIME, 
	share VARCHAR(22), 
	shared_turns INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (share)
);
INSERT INTO "conversations" VALUES('5ETSu21VHFHyQJplLccZjw','8a5bdb4cc15164126c6ef2668de9dd240d299ce6397a42c95a9411b93d080ed8','What bleaches corals?','what bleaches corals?','2026-12-01 03:20:48.670404','2026-12-01 03:20:48.675702',NULL,NULL,NULL);
CREATE TABLE conversations_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT conversations_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "conversations_version" VALUES('c002');
CREATE TABLE feedback (
	conversation VARCHAR(22) NOT NULL, 
	number INTEGER NOT NULL, 
	footnote INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	comment TEXT, 
	paper VARCHAR(200), 
	given DATETIME NOT NULL, 
	version VARCHAR(40) NOT NULL, 
	PRIMARY KEY (conversation, number, footnote, kind), 
	FOREIGN KEY(conversation, number) REFERENCES turns (conversation, number) ON DELETE CASCADE
);
CREATE TABLE turns (
	conversation VARCHAR(22) NOT NULL, 
	number INTEGER NOT NULL, 
	asked DATETIME NOT NULL, 
	words TEXT NOT NULL, 
	question TEXT NOT NULL, 
	settings VARCHAR(64), 
	fault TEXT, 
	filters TEXT, 
	answer TEXT, 
	PRIMARY KEY (conversation, number), 
	FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "turns" VALUES('5ETSu21VHFHyQJplLccZjw',1,'2026-12-01 03:20:48.675702','what bleaches corals?
','What bleaches corals?',NULL,NULL,NULL,NULL);
CREATE INDEX ix_conversations_deleted ON conversations (deleted);
CREATE INDEX ix_conversations_owner_updated ON conversations (owner, updated);
CREATE INDEX ix_feedback_given ON feedback (given);
COMMIT;